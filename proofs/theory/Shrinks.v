(** A model shrinks to its witnesses: what is true in it stays true when its sets lose all that no witness asks for. *)

From Coq Require Import NArith String Bool Arith Lia List.
From Parley Require Import Core Cutoff Lemmas Chosen Branch.
Import ListNotations.
Open Scope bool_scope.
Open Scope list_scope.

Section Shrinks.

Variable sets : list string.
Variable M : model.
Variable p : preference.

(** A model whose sets have no more elements; nothing else is different. *)
Record smaller (M' : model) : Prop := {
  same_names : forall s, is_set sets s = false -> names M' s = names M s;
  fewer : forall s, incl (elements (names M' s)) (elements (names M s));
  same_relations : relations M' = relations M;
  same_format : well_formed M' = well_formed M
}.

(** It has what a branch asks for, as far as there is such a thing. *)
Definition has (M' : model) (w : asked) : Prop :=
  match w with
  | Witness s k c =>
      if for_emptiness w then elements (names M s) <> [] -> elements (names M' s) <> []
      else In (den M p (Chosen s k c)) (elements (names M s)) -> In (den M p (Chosen s k c)) (elements (names M' s))
  | Kept s source =>
      is_set sets source = true ->
      forall v, In v (elements (names M' source)) -> In v (elements (names M s)) -> In v (elements (names M' s))
  end.
Definition has_all (M' : model) (b : branch) : Prop := forall w, In w b -> has M' w.

(** The variable of an `every` over a set is an element that the set still has. *)
Definition goes (M' : model) (sc : scope) (r : env) : Prop :=
  forall n i s d, lookup n (bound sc) = Some (Every i (Some s), d) ->
  is_set sets s = true /\ In (r n) (elements (names M' s)).

Definition preserved (M' : model) (c : core) (m : mode) (r : env) : Prop :=
  match m with
  | Wants t => truth (eval M c r) = t -> truth (eval M' c r) = t
  | Value => eval M' c r = eval M c r
  end.

Lemma has_app : forall M' a b, has_all M' (a ++ b) -> has_all M' a /\ has_all M' b.
Proof. intros M' a b H. split; intros w Hw; apply H, in_app_iff; auto. Qed.
Lemma has_concat : forall M' bs b, has_all M' (concat bs) -> In b bs -> has_all M' b.
Proof. intros M' bs b H Hb w Hw. apply H, in_concat. eauto. Qed.

(** A way that is open in the model is taken, or a way as good. *)
Lemma has_pick : forall M' sc ways, has_all M' (pick sc ways) -> (exists b, In (true, b) ways) ->
  exists b, In (true, b) ways /\ has_all M' b.
Proof.
  intros M' sc ways H [b Hb]. unfold pick in H. destruct (above sc).
  - exists b. split; auto. apply (has_concat M' _ b) in H; auto. apply in_map_iff. exists (true, b). auto.
  - destruct (find fst ways) as [[g c]|] eqn:F.
    + apply find_some in F as [Hc G]. simpl in G. subst g. eauto.
    + apply (find_none _ _ F) in Hb. easy.
Qed.

Lemma goes_bind : forall M' sc r n k d w, goes M' sc r -> goes M' (bind sc n k d) (put r n w).
Proof. intros M' sc r n k d w G i j s e. simpl. unfold put. destruct (Nat.eqb i n); [easy|apply G]. Qed.
Lemma goes_every : forall M' sc r n s w, goes M' sc r -> is_set sets s = true -> In w (elements (names M' s)) ->
  goes M' (under_every sc n (Some s)) (put r n w).
Proof.
  intros M' sc r n s w G X H i j t e. simpl. unfold put. destruct (Nat.eqb i n); [|apply G].
  intros E. injection E as _ <- _. split; auto.
Qed.

Lemma goes_all : forall M' sc r n w, goes M' sc r -> goes M' (under_every sc n None) (put r n w).
Proof. intros M' sc r n w G i j t e. simpl. unfold put. destruct (Nat.eqb i n); [easy|apply G]. Qed.

(** * The parts of what is asked for *)

Lemma both_some : forall x y z, both_of x y = Some z -> exists a b, x = Some a /\ y = Some b.
Proof. intros [a|] [b|] z E; try easy. eauto. Qed.
Lemma all_some : forall l z x, all_of l = Some z -> In x l -> exists a, x = Some a.
Proof.
  induction l as [|y l IH]; simpl; intros z x E Hx; [easy|]. apply both_some in E as [a [b [-> E]]].
  destruct Hx as [<- | Hx]; eauto.
Qed.
Lemma any_some : forall l z x, any_of l = Some z -> In x l -> exists a, x = Some a.
Proof.
  intros l z x E Hx. unfold any_of in E. destruct (fold_right sum_of (Some []) l) as [bs|] eqn:F; [|easy].
  destruct (fold_sum _ _ F x Hx) as [b [-> _]]. eauto.
Qed.
Lemma either_some : forall sc l z x, either sc l = Some z -> In x l -> exists a, x = Some a.
Proof. intros sc l z x E. unfold either in E. destruct (above sc); eauto using all_some, any_some. Qed.
Lemma if_some : forall (t : bool) sc l z x, (if t then all_of else either sc) l = Some z -> In x l -> exists a, x = Some a.
Proof. intros []; eauto using all_some, either_some. Qed.
Lemma if_some' : forall (t : bool) sc l z x, (if t then either sc else all_of) l = Some z -> In x l -> exists a, x = Some a.
Proof. intros []; eauto using all_some, either_some. Qed.

Lemma eval_parts : forall M' c cs r, parts_of c = Some cs -> smaller M' ->
  (forall x, In x cs -> eval M' x r = eval M x r) -> eval M' c r = eval M c r.
Proof.
  intros M' c cs r P S H.
  destruct c; try easy; try (destruct s; easy); injection P as <-; cbn [eval].
  - now rewrite (H c) by now left.
  - rewrite (H c) by now left. rewrite (map_ext_in (fun c => eval M' c r) (fun c => eval M c r)); auto.
    intros x Hx. apply H. now right.
  - rewrite (H c1), (H c2); simpl; auto.
  - rewrite (map_ext_in (fun c => eval M' c r) (fun c => eval M c r)); auto. now rewrite (same_relations M' S).
  - now rewrite (map_ext_in (fun c => eval M' c r) (fun c => eval M c r)).
  - rewrite (H c1), (H c2); simpl; auto. unfold interval. now rewrite (same_format M' S).
Qed.

Lemma truth_known : forall M' c r, (forall t, truth (eval M c r) = t -> truth (eval M' c r) = t) ->
  truth (eval M' c r) = truth (eval M c r).
Proof. intros M' c r H. now apply H. Qed.

Lemma bound_preserved : forall M' n c t r w, smaller M' -> bound_of n c = Some t -> eval M' t r = eval M t r ->
  eval M' c (put r n w) = eval M c (put r n w).
Proof.
  intros M' n c t r w S B E.
  assert (forall m d, existsb (Nat.eqb n) (free d) = false -> eval m d (put r n w) = eval m d r) as A.
  { intros m d F. apply eval_agree. intros i Hi. apply put_other. intros ->.
    assert (existsb (Nat.eqb n) (free d) = true); [|congruence]. apply existsb_exists. exists n. now rewrite Nat.eqb_refl. }
  assert (forall a, is_var n a = true -> eval M' a (put r n w) = eval M a (put r n w)) as V.
  { intros a Va. destruct a; try easy. destruct s; easy. }
  unfold bound_of in B. destruct c; try easy. destruct op; try easy; cbn [eval].
  all: destruct (is_var n c1 && negb (existsb (Nat.eqb n) (free c2))) eqn:L.
  2, 4: destruct (is_var n c2 && negb (existsb (Nat.eqb n) (free c1))) eqn:R; [|easy].
  all: injection B as <-; try apply andb_true_iff in L as [L F]; try apply andb_true_iff in R as [R F];
    apply negb_true_iff in F; rewrite !(A _ _ F), E, V; auto.
Qed.

Lemma bounds_preserved : forall M' n f ts r w, smaller M' -> bounds_of n f = Some ts ->
  (forall t, In t ts -> eval M' t r = eval M t r) -> truth (eval M' f (put r n w)) = truth (eval M f (put r n w)).
Proof.
  intros M' n f ts r w S B E.
  assert (forall l ts, every_some (bound_of n) l = Some ts -> (forall t, In t ts -> eval M' t r = eval M t r) ->
          forall c, In c l -> eval M' c (put r n w) = eval M c (put r n w)) as G.
  { induction l as [|c l IH]; simpl; intros us D F d Hd; [easy|].
    destruct (bound_of n c) eqn:C; [|easy]. destruct (every_some (bound_of n) l) eqn:L; [|easy]. injection D as <-.
    destruct Hd as [<- | Hd].
    - apply bound_preserved with c0; auto. apply F. now left.
    - apply (IH _ eq_refl); auto. intros t Ht. apply F. now right. }
  unfold bounds_of in B. destruct (is_true f) eqn:T.
  - destruct f; easy.
  - destruct f; try (f_equal; apply (G _ _ B E); now left).
    cbn [eval truth]. apply forallb_same. intros c Hc. f_equal. now apply (G _ _ B E).
Qed.

(** * A model shrinks *)

Lemma shrinks : forall fuel c m sc r bs M', asks sets fuel c m sc = Some bs -> scope_ok sc -> compat M p sc r ->
  smaller M' -> goes M' sc r -> has_all M' (sel sets M p fuel c m sc r) -> preserved M' c m r.
Proof.
  induction fuel as [|fuel IH]; intros c m sc r bs M' A O C S G H; [easy|].
  (* Parts in the same scope. *)
  assert (forall d m, (exists a, asks sets fuel d m sc = Some a) -> has_all M' (sel sets M p fuel d m sc r) ->
          preserved M' d m r) as I by (intros d m' [a E] Ha; now apply (IH d m' sc r a)).
  assert (forall l, (forall d, In d l -> exists a, asks sets fuel d Value sc = Some a) ->
          has_all M' (concat (map (fun d => sel sets M p fuel d Value sc r) l)) ->
          forall d, In d l -> eval M' d r = eval M d r) as L.
  { intros l E Ha d Hd. apply (I d Value); auto. apply (has_concat _ _ _ Ha). apply in_map_iff. eauto. }
  assert (forall l z, all_of (map (fun d => asks sets fuel d Value sc) l) = Some z ->
          forall d, In d l -> exists a, asks sets fuel d Value sc = Some a) as Q.
  { intros l z E d Hd. apply (all_some _ _ _ E). apply in_map_iff. eauto. }
  (* A choice of two ways. *)
  assert (forall t x y m m', (forall z, either sc [both_of (asks sets fuel t (Wants true) sc) (asks sets fuel x m sc);
                           both_of (asks sets fuel t (Wants false) sc) (asks sets fuel y m' sc)] = Some z ->
          has_all M' (pick sc [(truth (eval M t r), sel sets M p fuel t (Wants true) sc r ++ sel sets M p fuel x m sc r);
                     (negb (truth (eval M t r)), sel sets M p fuel t (Wants false) sc r ++ sel sets M p fuel y m' sc r)]) ->
          truth (eval M' t r) = truth (eval M t r) /\
          if truth (eval M t r) then preserved M' x m r else preserved M' y m' r)) as W.
  { intros t x y m1 m2 z E Ha.
    destruct (either_some _ _ _ _ E (or_introl eq_refl)) as [a Ea].
    destruct (either_some _ _ _ _ E (or_intror (or_introl eq_refl))) as [b Eb].
    apply both_some in Ea as [a1 [a2 [Ea1 Ea2]]]. apply both_some in Eb as [b1 [b2 [Eb1 Eb2]]].
    apply has_pick in Ha as [e [He Ha]].
    - destruct He as [He | [He | []]]; injection He as T <-; apply has_app in Ha as [H1 H2].
      + rewrite T. split; [|apply I; eauto]. apply (I t (Wants true)); eauto.
      + apply negb_true_iff in T. rewrite T. split; [|apply I; eauto]. apply (I t (Wants false)); eauto.
    - destruct (truth (eval M t r)); simpl; eauto. }
  (* Beneath an `every`. *)
  assert (forall n s f t z w, asks sets fuel f (Wants t) (under_every sc n (Some s)) = Some z ->
          has_all M' (sel sets M p fuel f (Wants t) (under_every sc n (Some s)) (put r n 0%N)) ->
          is_set sets s = true -> In w (elements (names M' s)) -> preserved M' f (Wants t) (put r n w)) as U.
  { intros n s f t z w E Ha X Hw. apply (IH _ _ (under_every sc n (Some s)) _ z M'); auto using ok_every, compat_every, goes_every.
    now rewrite (sel_above sets M fuel f (Wants t) (under_every sc n (Some s)) p (put r n w) p (put r n 0%N)). }
  (* What is chosen from a set. *)
  assert (forall n s k f z, depends sc f = false ->
          asks sets fuel f (Wants true) (bind sc n (Chosen s k (condition sc n f)) false) = Some z ->
          has_all M' (sel sets M p fuel f (Wants true) (bind sc n (Chosen s k (condition sc n f)) false)
                          (put r n (den M p (Chosen s k (condition sc n f))))) ->
          preserved M' f (Wants true) (put r n (den M p (Chosen s k (condition sc n f))))) as B.
  { intros n s k f z D E Ha. apply (IH _ _ _ _ _ _ E); auto using goes_bind.
    - apply ok_bind; auto.
    - apply compat_bind; auto. }
  (* One of the items of a set. *)
  assert (forall n i f t z, asks sets fuel f (Wants t) (bind sc n (key_of sc i) (depends sc i)) = Some z ->
          has_all M' (sel sets M p fuel f (Wants t) (bind sc n (key_of sc i) (depends sc i)) (put r n (word_of (eval M i r)))) ->
          preserved M' f (Wants t) (put r n (word_of (eval M i r)))) as T.
  { intros n i f t z E Ha. apply (IH _ _ _ _ _ _ E); auto using goes_bind.
    - apply ok_bind; auto. intros Ab. now apply independent.
    - apply compat_bind; auto. intros D. symmetry. now apply den_key. }
  (* What is asked both ways. *)
  assert (forall d, all_of [asks sets fuel d (Wants true) sc; asks sets fuel d (Wants false) sc] = Some bs ->
          has_all M' (concat [sel sets M p fuel d (Wants true) sc r; sel sets M p fuel d (Wants false) sc r]) ->
          truth (eval M' d r) = truth (eval M d r)) as V.
  { intros d E Ha. destruct (truth (eval M d r)) eqn:X.
    - apply (I d (Wants true)); auto; [apply (all_some _ _ _ E); simpl; auto|apply (has_concat _ _ _ Ha); simpl; auto].
    - apply (I d (Wants false)); auto; [apply (all_some _ _ _ E); simpl; auto|apply (has_concat _ _ _ Ha); simpl; auto]. }
  assert (forall d, parts_of d = parts_of c -> forall cs, parts_of c = Some cs ->
          all_of (map (fun x => asks sets fuel x Value sc) cs) = Some bs ->
          has_all M' (concat (map (fun x => sel sets M p fuel x Value sc r) cs)) -> eval M' c r = eval M c r) as P.
  { intros d _ cs E1 E2 Ha. apply eval_parts with cs; auto. apply L; auto. now apply (Q _ _ E2). }
  assert (eval M' c r = eval M c r -> preserved M' c m r) as PV by (intros E; destruct m; simpl; now rewrite E).
  destruct c as [v o|x|a lo wi|a pl cs|k n d f|t a b|op a b|i d|x cs|a|cs|cs|a b|n d f|cs|a b]; cbn [sel asks] in A, H.
  - now apply PV.
  - apply PV. destruct x as [x|x]; [|reflexivity]. destruct (is_set sets x) eqn:X; [easy|]. cbn [eval].
    now apply (same_names M' S).
  - apply PV. now apply (P (Bits a lo wi) eq_refl [a] eq_refl).
  - apply PV. now apply (P (Replaced a pl cs) eq_refl (a :: cs) eq_refl).
  - (* Extremum *)
    apply PV. destruct d as [|[s|]| | | |t a b| | | | | | | | |items|a b]; try easy; cbn [eval].
    + destruct (is_set sets s) eqn:X.
      * destruct (depends sc f) eqn:D; [easy|].
        destruct (all_some _ _ _ A (or_intror (or_introl eq_refl))) as [z1 E1].
        destruct (all_some _ _ _ A (or_intror (or_intror (or_introl eq_refl)))) as [z2 E2].
        pose proof (has_concat _ _ _ H (or_introl eq_refl)) as H0.
        pose proof (has_concat _ _ _ H (or_intror (or_introl eq_refl))) as H1.
        pose proof (has_concat _ _ _ H (or_intror (or_intror (or_introl eq_refl)))) as H2.
        f_equal. apply best_shrinks.
        -- intros w Hw. apply filter_In in Hw as [Hw Tw]. apply filter_In. split; [now apply (fewer M' S)|].
           destruct (truth (eval M f (put r n w))) eqn:F; auto.
           pose proof (U n s f false z2 w E2 H2 X Hw F) as G'. simpl in Tw. congruence.
        -- intros w Hw.
           pose proof (den_chosen M p sc s (KBest k) n f r C D) as E. unfold chosen, meeting, kind_of in E.
           rewrite Hw in E. apply best_some in Hw as [Hw _]. apply filter_In in Hw as [Hw Tw].
           specialize (H0 _ (or_introl eq_refl)).
           change (In (den M p (Chosen s (KBest k) (condition sc n f))) (elements (names M s)) ->
                   In (den M p (Chosen s (KBest k) (condition sc n f))) (elements (names M' s))) in H0.
           rewrite E in H0.
           apply filter_In. split; [now apply H0|]. pose proof (B _ _ _ _ _ D E1 H1) as Bw. rewrite E in Bw. now apply Bw.
      * destruct (is_true f) eqn:F; [|easy]. rewrite (same_names M' S _ X). destruct f; easy.
    + destruct (all_some _ _ _ A (or_introl eq_refl)) as [z1 E1].
      destruct (all_some _ _ _ A (or_intror (or_introl eq_refl))) as [z2 E2].
      destruct (all_some _ _ _ A (or_intror (or_intror (or_introl eq_refl)))) as [z3 E3].
      destruct (all_some _ _ _ A (or_intror (or_intror (or_intror (or_introl eq_refl))))) as [z4 E4].
      pose proof (has_concat _ _ _ H (or_introl eq_refl)) as H1.
      pose proof (has_concat _ _ _ H (or_intror (or_introl eq_refl))) as H2.
      pose proof (has_concat _ _ _ H (or_intror (or_intror (or_introl eq_refl)))) as H3.
      pose proof (has_concat _ _ _ H (or_intror (or_intror (or_intror (or_introl eq_refl))))) as H4.
      pose proof (I _ Value (ex_intro _ _ E3) H3) as Ea. pose proof (I _ Value (ex_intro _ _ E4) H4) as Eb.
      simpl in Ea, Eb.
      destruct (truth (eval M t r)) eqn:X.
      * pose proof (I t (Wants true) (ex_intro _ _ E1) H1 X) as Et. simpl in Et. now rewrite Et.
      * pose proof (I t (Wants false) (ex_intro _ _ E2) H2 X) as Et. simpl in Et. now rewrite Et.
    + assert (forall i, In i items -> eval M' i r = eval M i r) as Ei.
      { intros i Hi. apply (I i Value).
        - apply (all_some _ _ _ A). right. apply in_app_iff. left. apply in_map_iff. eauto.
        - apply (has_concat _ _ _ H). right. apply in_app_iff. left. apply in_map_iff. eauto. }
      rewrite (map_ext_in (fun c => eval M' c r) (fun c => eval M c r) items Ei). f_equal. cbn [elements].
      assert (forall w, In w (words (map (fun c => eval M c r) items)) -> exists i, In i items /\ eval M i r = One (Word w))
        as Wi. { intros w Hw. apply words_in in Hw. apply in_map_iff in Hw as [i [Hi Hw]]. eauto. }
      apply best_shrinks.
      * intros w Hw. apply filter_In in Hw as [Hw Tw]. apply filter_In. split; auto.
        destruct (truth (eval M f (put r n w))) eqn:F; auto. destruct (Wi w Hw) as [i [Hi Ew]].
        assert (exists z, asks sets fuel f (Wants false) (bind sc n (key_of sc i) (depends sc i)) = Some z) as [z Ez].
        { apply (all_some _ _ _ A). right. apply in_app_iff. right. apply in_map_iff. eauto. }
        assert (preserved M' f (Wants false) (put r n (word_of (eval M i r)))) as Pf.
        { apply (T n i f false z); auto. apply (has_concat _ _ _ H). right. apply in_app_iff. right. apply in_map_iff. eauto. }
        rewrite Ew in Pf. specialize (Pf F). simpl in Pf. congruence.
      * intros w Hw. pose proof Hw as Hb. apply best_some in Hw as [Hw _]. apply filter_In in Hw as [Hw Tw].
        apply filter_In. split; auto. destruct (Wi w Hw) as [i [Hi Ew]].
        destruct (all_some _ _ _ A (or_introl eq_refl)) as [z Ez].
        pose proof (has_concat _ _ _ H (or_introl eq_refl)) as Hp.
        assert (eval M (Extremum k n (Listed items) f) r = One (Word w)) as Ex by (cbn [eval elements]; now rewrite Hb).
        rewrite Ex in Hp. apply has_pick in Hp as [e [He Hp]].
        -- destruct He as [He | He]; [easy|]. apply in_map_iff in He as [j [He Hj]]. injection He as Te <-.
           destruct (eval M j r) as [|[v|]|] eqn:Ej; try easy. apply andb_true_iff in Te as [Te Tj].
           apply N.eqb_eq in Te. subst v.
           assert (exists z, asks sets fuel f (Wants true) (bind sc n (key_of sc j) (depends sc j)) = Some z) as [y Ey].
           { apply (either_some _ _ _ _ Ez). right. apply in_map_iff. eauto. }
           assert (preserved M' f (Wants true) (put r n (word_of (eval M j r)))) as Pf
             by (apply (T n j f true y); auto; now rewrite Ej).
           rewrite Ej in Pf. now apply Pf.
        -- exists (sel sets M p fuel f (Wants true) (bind sc n (key_of sc i) (depends sc i))
                       (put r n (word_of (eval M i r)))).
           right. apply in_map_iff. exists i. split; auto. rewrite Ew. simpl word_of. now rewrite N.eqb_refl, Tw.
    + destruct (bounds_of n f) as [ts|] eqn:Bo; [|easy].
      pose proof (L _ (Q _ _ A) H) as E.
      rewrite (E a), (E b) by (simpl; auto). unfold interval. rewrite (same_format M' S). do 2 f_equal.
      apply filter_ext. intros w. apply (bounds_preserved M' n f ts r w S Bo). intros t Ht. apply E. simpl. auto.
  - destruct (W _ _ _ _ _ _ A H) as [E K]. unfold preserved in *. cbn [eval]. rewrite E. now destruct (truth (eval M t r)), m.
  - apply PV. now apply (P (Compare op a b) eq_refl [a; b] eq_refl).
  - (* Member *)
    destruct m as [t|]; [|simpl; do 2 f_equal; exact (V (Member i d) A H)].
    destruct d as [|[s|]| | | |x a b| | | | | | | | |items|a b]; try easy.
    + destruct (is_set sets s) eqn:X; [|easy]. apply both_some in A as [z1 [z2 [E1 E2]]].
      apply has_app in H as [H1 H2]. pose proof (I i Value (ex_intro _ _ E1) H1) as Ei. simpl in Ei.
      simpl. rewrite Ei. destruct t; intros Y.
      * destruct (eval M i r) as [|[w|]|] eqn:Ew; try easy. apply existsb_exists in Y as [v [Hv Y]].
        apply N.eqb_eq in Y. subst v. apply existsb_exists. exists w. split; [|apply N.eqb_refl].
        destruct (depends sc i) eqn:D.
        -- destruct (goes_through sc i) as [source|] eqn:Go; [|easy].
           specialize (H2 _ (or_introl eq_refl)). simpl in H2.
           destruct i; try easy. destruct s0; try easy. simpl in Go.
           destruct (lookup n (bound sc)) as [[[] ?]|] eqn:Lo; try easy. subst over.
           simpl in Ew. injection Ew as <-. destruct (G _ _ _ _ Lo) as [Gs Gw]. now apply H2.
        -- specialize (H2 _ (or_introl eq_refl)). simpl in H2. rewrite (den_key M p sc i r C D), Ew in H2. now apply H2.
      * destruct (eval M i r) as [|[w|]|] eqn:Ew; auto.
        destruct (existsb (N.eqb w) (elements (names M' s))) eqn:Z; auto.
        apply existsb_exists in Z as [v [Hv Z]]. apply (fewer M' S) in Hv.
        assert (existsb (N.eqb w) (elements (names M s)) = true); [|congruence]. apply existsb_exists. eauto.
    + destruct (W _ _ _ _ _ _ A H) as [E K]. unfold preserved in *. cbn [eval] in *. rewrite E.
      now destruct (truth (eval M x r)).
    + pose proof (L _ (Q _ _ A) H) as E. simpl. rewrite (E i) by (simpl; auto).
      now rewrite (map_ext_in (fun c => eval M' c r) (fun c => eval M c r) items) by (intros; apply E; simpl; auto).
    + pose proof (L _ (Q _ _ A) H) as E. simpl. rewrite (E i), (E a), (E b) by (simpl; auto).
      unfold interval. now rewrite (same_format M' S).
  - apply PV. now apply (P (Applied x cs) eq_refl cs eq_refl).
  - (* Not *)
    destruct m as [t|]; [|simpl; do 2 f_equal; exact (V (Not a) A H)].
    pose proof (I a (Wants (negb t)) (ex_intro _ _ A) H) as E. simpl in *. intros Y.
    rewrite E; [apply negb_involutive|]. rewrite <- Y. now rewrite negb_involutive.
  - (* And *)
    destruct m as [t|]; [|simpl; do 2 f_equal; exact (V (And cs) A H)]. simpl. destruct t; intros Y.
    + rewrite forallb_forall in *. intros f Hf. apply (I f (Wants true)); auto.
      * apply (all_some _ _ _ A). apply in_map_iff. eauto.
      * apply (has_concat _ _ _ H). apply in_map_iff. eauto.
    + apply has_pick in H as [e [He H]].
      * apply in_map_iff in He as [f [He Hf]]. injection He as Te <-. apply eqb_prop in Te.
        destruct (forallb (fun c => truth (eval M' c r)) cs) eqn:Z; auto. rewrite forallb_forall in Z. specialize (Z f Hf).
        assert (truth (eval M' f r) = false); [|congruence]. apply (I f (Wants false)); auto.
        apply (either_some _ _ _ _ A). apply in_map_iff. eauto.
      * clear - Y. induction cs as [|f cs IHc]; [easy|]. simpl in *. destruct (truth (eval M f r)) eqn:F; simpl in *.
        -- destruct IHc as [e He]; auto. eauto.
        -- eexists. left. reflexivity.
  - (* Or *)
    destruct m as [t|]; [|simpl; do 2 f_equal; exact (V (Or cs) A H)]. simpl. destruct t; intros Y.
    + apply has_pick in H as [e [He H]].
      * apply in_map_iff in He as [f [He Hf]]. injection He as Te <-. apply eqb_prop in Te.
        apply existsb_exists. exists f. split; auto. apply (I f (Wants true)); auto.
        apply (either_some _ _ _ _ A). apply in_map_iff. eauto.
      * apply existsb_exists in Y as [f [Hf Y]]. eexists. apply in_map_iff. exists f. split; [|exact Hf].
        rewrite Y. reflexivity.
    + destruct (existsb (fun c => truth (eval M' c r)) cs) eqn:Z; auto. apply existsb_exists in Z as [f [Hf Z]].
      assert (truth (eval M' f r) = false); [|congruence]. apply (I f (Wants false)); auto.
      * apply (all_some _ _ _ A). apply in_map_iff. eauto.
      * apply (has_concat _ _ _ H). apply in_map_iff. eauto.
      * destruct (truth (eval M f r)) eqn:F; auto.
        assert (existsb (fun c => truth (eval M c r)) cs = true); [|congruence]. apply existsb_exists. eauto.
  - (* Same *)
    destruct m as [t|]; [|simpl; do 2 f_equal; exact (V (Same a b) A H)].
    destruct (W _ _ _ _ _ _ A H) as [E K]. unfold preserved in *. cbn [eval truth]. rewrite E. revert K.
    destruct (truth (eval M a r)), (truth (eval M b r)), t; intros K Y; try easy; now rewrite K.
  - (* Exists *)
    destruct m as [t|]; [|simpl; do 2 f_equal; exact (V (Exists n d f) A H)].
    destruct d as [|[s|]| | | |x a b| | | | | | | | |items|a b]; try easy.
    + destruct (is_set sets s) eqn:X; simpl; [destruct t; intros Y|destruct t; [easy|]; intros Y].
      * destruct (depends sc f) eqn:D; [easy|]. apply both_some in A as [z1 [z2 [_ E2]]].
        apply has_app in H as [H1 H2]. specialize (H1 _ (or_introl eq_refl)).
        apply existsb_exists in Y as [w [Hw Y]].
        assert (In (den M p (Chosen s KSome (condition sc n f))) (meeting M n f r (elements (names M s)))) as Hc.
        { rewrite (den_chosen M p sc s KSome n f r C D). apply chosen_in with w. apply filter_In. auto. }
        apply filter_In in Hc as [Hc Tc].
        destruct (is_true f) eqn:F.
        -- assert (elements (names M' s) <> []) as Ne.
           { unfold condition in H1. rewrite F in H1. apply H1. intros E. now rewrite E in Hw. }
           destruct (elements (names M' s)) as [|v l]; [easy|]. destruct f; try easy. destruct value; try easy.
           destruct b; easy.
        -- unfold has in H1. assert (for_emptiness (Witness s KSome (condition sc n f)) = false) as Fe
             by (unfold condition; now rewrite F). rewrite Fe in H1.
           apply existsb_exists. eexists. split; [now apply H1|]. now apply (B _ _ _ _ _ D E2 H2).
      * destruct (existsb (fun w => truth (eval M' f (put r n w))) (elements (names M' s))) eqn:Z; auto. apply existsb_exists in Z as [w [Hw Z]].
        assert (truth (eval M' f (put r n w)) = false); [|congruence]. apply (U n s f false bs w A H X Hw).
        destruct (truth (eval M f (put r n w))) eqn:F; auto. apply (fewer M' S) in Hw.
        assert (existsb (fun w => truth (eval M f (put r n w))) (elements (names M s)) = true); [|congruence].
        apply existsb_exists. eauto.
      * rewrite (same_names M' S s X).
        destruct (existsb (fun w => truth (eval M' f (put r n w))) (elements (names M s))) eqn:Z; auto.
        apply existsb_exists in Z as [w [Hw Z]].
        assert (truth (eval M' f (put r n w)) = false); [|congruence].
        assert (preserved M' f (Wants false) (put r n w)) as Pf.
        { apply (IH _ _ (under_every sc n None) _ bs M'); auto using ok_every, compat_every, goes_all.
          now rewrite (sel_above sets M fuel f (Wants false) (under_every sc n None) p (put r n w) p (put r n 0%N)). }
        apply Pf. destruct (truth (eval M f (put r n w))) eqn:F; auto.
        assert (existsb (fun w => truth (eval M f (put r n w))) (elements (names M s)) = true); [|congruence].
        apply existsb_exists. eauto.
    + destruct (W _ _ _ _ _ _ A H) as [E K]. unfold preserved in *. cbn [eval] in *. rewrite E.
      now destruct (truth (eval M x r)).
    + simpl. destruct t; intros Y.
      * apply existsb_exists in Y as [w [Hw Y]]. apply words_in in Hw. apply in_map_iff in Hw as [i [Ei Hi]].
        apply has_pick in H as [e [He H]].
        -- apply in_map_iff in He as [j [He Hj]]. injection He as Te <-.
           destruct (eval M j r) as [|[v|]|] eqn:Ej; try easy. apply has_app in H as [H1 H2].
           assert (exists z, both_of (asks sets fuel j Value sc) (asks sets fuel f (Wants true)
             (bind sc n (key_of sc j) (depends sc j))) = Some z) as [z Ez].
           { apply (either_some _ _ _ _ A). apply in_map_iff. eauto. }
           apply both_some in Ez as [z1 [z2 [E1 E2]]].
           pose proof (I j Value (ex_intro _ _ E1) H1) as Pj. simpl in Pj. rewrite Ej in Pj.
           assert (preserved M' f (Wants true) (put r n (word_of (eval M j r)))) as Pf
             by (apply (T n j f true z2); auto; now rewrite Ej).
           rewrite Ej in Pf. apply existsb_exists. exists v. split; [|now apply Pf].
           apply words_in. apply in_map_iff. eauto.
        -- eexists. apply in_map_iff. exists i. split; [|exact Hi]. rewrite Ei, Y. reflexivity.
      * destruct (existsb (fun w => truth (eval M' f (put r n w))) (words (map (fun c => eval M' c r) items))) eqn:Z; auto. apply existsb_exists in Z as [w [Hw Z]].
        apply words_in in Hw. apply in_map_iff in Hw as [i [Ei Hi]].
        assert (exists z, both_of (asks sets fuel i Value sc) (asks sets fuel f (Wants false)
          (bind sc n (key_of sc i) (depends sc i))) = Some z) as [z Ez].
        { apply (all_some _ _ _ A). apply in_map_iff. eauto. }
        apply both_some in Ez as [z1 [z2 [E1 E2]]].
        rewrite map_map in H. cbn [snd] in H.
        assert (has_all M' (sel sets M p fuel i Value sc r ++ sel sets M p fuel f (Wants false)
          (bind sc n (key_of sc i) (depends sc i)) (put r n (word_of (eval M i r))))) as Hh.
        { apply (has_concat _ _ _ H). apply in_map_iff. eauto. }
        apply has_app in Hh as [H1 H2]. pose proof (I i Value (ex_intro _ _ E1) H1) as Pi. simpl in Pi.
        rewrite Ei in Pi. pose proof (T n i f false z2 E2 H2) as Pf. rewrite <- Pi in Pf. simpl in Pf.
        rewrite Pf in Z; [easy|]. destruct (truth (eval M f (put r n w))) eqn:F; auto.
        assert (existsb (fun w => truth (eval M f (put r n w))) (words (map (fun c => eval M c r) items)) = true); [|congruence].
        apply existsb_exists. exists w. split; auto. apply words_in. apply in_map_iff. exists i. now rewrite <- Pi.
    + destruct t; [|easy].
      destruct (all_some _ _ _ A (or_introl eq_refl)) as [z1 E1].
      destruct (all_some _ _ _ A (or_intror (or_introl eq_refl))) as [z2 E2].
      destruct (all_some _ _ _ A (or_intror (or_intror (or_introl eq_refl)))) as [z3 E3].
      pose proof (has_concat _ _ _ H (or_introl eq_refl)) as H1.
      pose proof (has_concat _ _ _ H (or_intror (or_introl eq_refl))) as H2.
      pose proof (has_concat _ _ _ H (or_intror (or_intror (or_introl eq_refl)))) as H3.
      pose proof (I a Value (ex_intro _ _ E1) H1) as Pa. pose proof (I b Value (ex_intro _ _ E2) H2) as Pb.
      simpl in Pa, Pb.
      assert (eval M' (Interval a b) r = eval M (Interval a b) r) as Pi
        by (simpl; rewrite Pa, Pb; unfold interval; now rewrite (same_format M' S)).
      unfold preserved.
      change (truth (eval M (Exists n (Interval a b) f) r)) with
        (existsb (fun w => truth (eval M f (put r n w))) (elements (eval M (Interval a b) r))).
      change (truth (eval M' (Exists n (Interval a b) f) r)) with
        (existsb (fun w => truth (eval M' f (put r n w))) (elements (eval M' (Interval a b) r))).
      rewrite Pi. intros Y. apply existsb_exists in Y as [w [Hw Y]].
      assert (In (chosen Max (meeting M n f r (elements (eval M (Interval a b) r))))
                 (meeting M n f r (elements (eval M (Interval a b) r)))) as Hc.
      { apply chosen_in with w. apply filter_In. auto. }
      set (v := chosen Max _) in Hc. apply filter_In in Hc as [Hc Tc].
      apply existsb_exists. exists v. split; auto.
      destruct (above sc) eqn:Ab.
      * apply (IH _ _ _ _ _ M' E3); auto using goes_bind.
        -- intros Ab'. simpl in Ab'. congruence.
        -- now apply compat_bind.
        -- rewrite (sel_above sets M fuel f (Wants true) _ p _ p _ Ab) in H3 || idtac.
           now rewrite (sel_above sets M fuel f (Wants true)
             (bind sc n (InRange (level sc) (key_of sc (Interval a b)) (condition sc n f)) true) p (put r n v) p
             (put r n (den M p (InRange (level sc) (key_of sc (Interval a b)) (condition sc n f))))).
      * pose proof (independent sc f O Ab) as D. pose proof (independent sc (Interval a b) O Ab) as D'.
        pose proof (den_range M p sc (level sc) n f a b r C D D') as Ed. fold v in Ed. rewrite Ed in H3.
        apply (IH _ _ _ _ _ M' E3); auto using goes_bind.
        -- apply ok_bind; auto.
        -- apply compat_bind; auto.
  - apply PV. now apply (P (Listed cs) eq_refl cs eq_refl).
  - apply PV. now apply (P (Interval a b) eq_refl [a; b] eq_refl).
Qed.

End Shrinks.
