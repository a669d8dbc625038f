(** What is said of the branch that a model takes: it is part of one that is counted, and large conditions in it do not
    depend on what is chosen by small ones. *)

From Coq Require Import NArith String Bool Arith Lia List.
From Parley Require Import Core Cutoff Lemmas Chosen.
Import ListNotations.
Open Scope bool_scope.
Open Scope list_scope.

(** * The branch that a model takes is part of one that is counted *)

Definition covers (b : branch) (o : option branches) : Prop := forall bs, o = Some bs -> exists c, In c bs /\ incl b c.

Lemma within_incl : forall a b, within a b = true -> incl a b.
Proof.
  intros a b H w Hw. unfold within in H. rewrite forallb_forall in H. specialize (H w Hw).
  now destruct (in_dec asked_eq_dec w b).
Qed.

Lemma pruned_covers : forall bs b, In b bs -> exists c, In c (pruned bs) /\ incl b c.
Proof.
  assert (forall bs k, (forall b, In b k -> exists c, In c (fold_left keep bs k) /\ incl b c) /\
                       (forall b, In b bs -> exists c, In c (fold_left keep bs k) /\ incl b c)) as H.
  { induction bs as [|a bs IH]; intros k; simpl.
    { split; [|easy]. intros b Hb. exists b. split; auto using incl_refl. }
    destruct (IH (keep k a)) as [IHk IHb].
    assert (forall b, In b k \/ b = a -> exists c, In c (keep k a) /\ incl b c) as K.
    { intros b Hb. unfold keep. destruct (existsb (within a) k) eqn:E.
      - apply existsb_exists in E as [c [Hc E]]. apply within_incl in E. destruct Hb as [Hb | ->].
        + exists b. split; auto using incl_refl.
        + exists c. auto.
      - destruct Hb as [Hb | ->].
        + destruct (within b a) eqn:W.
          * exists a. split; [now left|now apply within_incl].
          * exists b. split; [|apply incl_refl]. right. apply filter_In. now rewrite W.
        + exists a. split; [now left|apply incl_refl]. }
    assert (forall b, In b k \/ b = a -> exists c, In c (fold_left keep bs (keep k a)) /\ incl b c) as G.
    { intros b Hb. apply K in Hb as [c [Hc I]]. apply IHk in Hc as [d [Hd J]]. exists d. split; auto.
      now apply incl_tran with c. }
    split; intros b Hb; auto. destruct Hb as [<- | Hb]; auto. }
  intros bs b Hb. now apply (H bs []).
Qed.

Lemma covers_nil : covers [] (Some nothing).
Proof. intros bs E. injection E as <-. exists []. split; [now left|apply incl_nil_l]. Qed.

Lemma covers_one : forall b, covers b (Some [b]).
Proof. intros b bs E. injection E as <-. exists b. split; [now left|apply incl_refl]. Qed.

Lemma covers_both : forall a b x y, covers a x -> covers b y -> covers (a ++ b) (both_of x y).
Proof.
  intros a b [x|] [y|] A B bs E; try easy. injection E as <-.
  destruct (A x eq_refl) as [c [Hc Ic]]. destruct (B y eq_refl) as [d [Hd Id]].
  destruct (pruned_covers (flat_map (fun a => map (union a) y) x) (union c d)) as [e [He Ie]].
  { apply in_flat_map. exists c. split; auto. apply in_map_iff. eauto. }
  exists e. split; auto. apply incl_tran with (union c d); auto. unfold union.
  intros w Hw. apply nodup_In. apply in_app_iff in Hw. apply in_app_iff. destruct Hw; auto.
Qed.

Lemma covers_all : forall bs parts, Forall2 covers bs parts -> covers (concat bs) (all_of parts).
Proof. induction 1; simpl; [apply covers_nil|]. now apply covers_both. Qed.

Lemma fold_sum : forall parts bs, fold_right sum_of (Some []) parts = Some bs ->
  forall p, In p parts -> exists b, p = Some b /\ incl b bs.
Proof.
  induction parts as [|a parts IH]; intros bs E p Hp; [easy|]. simpl in E.
  destruct a as [a|]; [|easy]. destruct (fold_right sum_of (Some []) parts) as [cs|]; [|easy]. injection E as <-.
  destruct Hp as [<- | Hp].
  - exists a. split; auto using incl_appl, incl_refl.
  - destruct (IH cs eq_refl p Hp) as [b [-> I]]. exists b. split; auto using incl_appr.
Qed.

Lemma covers_any : forall b p parts, In p parts -> covers b p -> covers b (any_of parts).
Proof.
  intros b p parts Hp C bs E. unfold any_of in E. destruct (fold_right sum_of (Some []) parts) as [cs|] eqn:F; [|easy].
  destruct (fold_sum _ _ F p Hp) as [x [-> I]]. destruct (C x eq_refl) as [c [Hc J]].
  destruct cs as [|d cs]; [now apply I in Hc|]. injection E as <-.
  destruct (pruned_covers (d :: cs) c) as [e [He K]]; auto. exists e. split; auto. now apply incl_tran with c.
Qed.

Lemma covers_either : forall sc ways parts, Forall2 (fun w p => covers (snd w) p) ways parts ->
  covers (pick sc ways) (either sc parts).
Proof.
  intros sc ways parts F. unfold pick, either. destruct (above sc).
  - apply covers_all. induction F; simpl; auto.
  - destruct (find fst ways) as [[g b]|] eqn:E.
    + apply find_some in E as [Hi _].
      assert (exists p, In p parts /\ covers b p) as [p [Hp C]].
      { clear - F Hi. induction F; [easy|]. destruct Hi as [-> | Hi].
        - exists y. split; [now left|auto].
        - destruct (IHF Hi) as [p [Hp C]]. exists p. split; [now right|auto]. }
      now apply covers_any with p.
    + destruct F as [|[g b] p ways parts C F].
      * intros bs H. injection H as <-. exists []. split; [now left|apply incl_nil_l].
      * apply covers_any with p; auto. now left.
Qed.

Lemma forall2_map : forall A B C (R : B -> C -> Prop) (f : A -> B) (g : A -> C) l,
  (forall a, In a l -> R (f a) (g a)) -> Forall2 R (map f l) (map g l).
Proof. induction l; simpl; intros H; constructor; auto. Qed.

Section Branch.

Variable sets : list string.
Variable M : model.

Ltac covering IH :=
  repeat first
    [ apply covers_nil | apply covers_one | apply covers_both
    | apply covers_either | apply covers_all | apply forall2_map; intros; simpl
    | apply Forall2_cons | apply Forall2_nil | apply Forall2_app | apply IH ].

Lemma sel_covered : forall p fuel c m sc r, covers (sel sets M p fuel c m sc r) (asks sets fuel c m sc).
Proof.
  intros p. induction fuel as [|fuel IH]; intros c m sc r; [easy|].
  assert (forall c, covers match parts_of c with Some cs => concat (map (fun x => sel sets M p fuel x Value sc r) cs)
                           | None => [] end
                           match parts_of c with Some cs => all_of (map (fun x => asks sets fuel x Value sc) cs)
                           | None => None end) as P.
  { intros d. destruct (parts_of d); [|easy]. covering IH. }
  destruct c as [v o|s|a lo wi|a pl cs|k n d f|t a b|op a b|i d|x cs|a|cs|cs|a b|n d f|cs|a b]; cbn [sel asks];
    try (destruct m as [t0|]; [|solve [covering IH]]);
    try solve [apply P | covering IH].
  all: try (destruct s; [destruct (is_set sets s); [easy|covering IH]|apply P]).
  all: try solve [destruct t0; covering IH].
  - destruct d as [| [s|] | | | | | | | | | | | | |items|a b]; try easy; try solve [covering IH].
    + destruct (is_set sets s).
      * destruct (depends sc f); [easy|]. cbv zeta. covering IH.
      * destruct (is_true f); [covering IH|easy].
    + destruct (bounds_of n f); [|easy]. covering IH.
  - destruct d as [| [s|] | | | | | | | | | | | | |items|a b]; try easy; try solve [covering IH].
    destruct (is_set sets s); [|easy]. apply covers_both; [apply IH|]. destruct t0; [|covering IH].
    destruct (depends sc i); [|covering IH]. destruct (goes_through sc i); [covering IH|easy].
  - destruct d as [| [s|] | | | | | | | | | | | | |items|a b]; try easy; try solve [covering IH].
    + destruct (is_set sets s), t0; try easy; try solve [covering IH]. destruct (depends sc f); [easy|]. covering IH.
    + destruct t0; [covering IH|]. rewrite map_map. covering IH.
    + destruct t0; [covering IH|easy].
Qed.

(** * Outside of choices, and beneath an `every`, the branch is the same whatever is chosen *)

Lemma pick_above : forall sc ways, above sc = true -> pick sc ways = concat (map snd ways).
Proof. intros sc ways A. unfold pick. now rewrite A. Qed.

Lemma map_snd : forall A (f : A -> bool) (g : A -> branch) l, map snd (map (fun a => (f a, g a)) l) = map g l.
Proof. intros. rewrite map_map. now apply map_ext. Qed.

Lemma sel_above : forall fuel c m sc p r q s, above sc = true -> sel sets M p fuel c m sc r = sel sets M q fuel c m sc s.
Proof.
  induction fuel as [|fuel IH]; intros c m sc p r q s A; [easy|].
  Ltac alike IH A :=
    rewrite ?pick_above by exact A; rewrite ?map_map; cbn [map snd concat];
    repeat first
      [ reflexivity | solve [apply IH; first [assumption | reflexivity]] | progress (rewrite !map_map; cbn [snd])
      | apply map_ext; intros; cbn [snd]
      | match goal with
        | |- _ ++ _ = _ ++ _ => apply f_equal2
        | |- concat _ = concat _ => apply f_equal
        | |- _ :: _ = _ :: _ => apply f_equal2
        end ].
  destruct c as [v o|x|a lo wi|a pl cs|k n d f|t a b|op a b|i d|x cs|a|cs|cs|a b|n d f|cs|a b]; cbn [sel parts_of];
    try (destruct m as [t0|]); try solve [alike IH A | destruct t0; alike IH A | destruct x; alike IH A].
  all: destruct d as [|[y|]| | | | | | | | | | | | |items|a b]; try reflexivity; try solve [alike IH A].
  all: try destruct (is_set sets y); try destruct (bounds_of n f); try reflexivity; try solve [alike IH A].
  all: try (destruct t0; try reflexivity; alike IH A).
Qed.

(** * The bodies of what is chosen ask for smaller conditions *)

Definition size_of (c : key) : nat := match c with Meets _ f _ => size f | Always => 1 | _ => 0 end.

Lemma size_condition : forall sc n f, size_of (condition sc n f) = size f.
Proof.
  intros. unfold condition. destruct (is_true f) eqn:T; auto. destruct f; try easy.
Qed.

Definition is_best (w : asked) : bool := match w with Witness _ (KBest _) _ => true | _ => false end.
Definition condition_of (w : asked) : key := match w with Witness _ _ c => c | _ => Always end.

(** No extremum in it has a condition as large as this. *)
Definition below (n : nat) (b : branch) : Prop := forall w, In w b -> is_best w = true -> size_of (condition_of w) < n.

Lemma below_nil : forall n, below n [].
Proof. intros n w []. Qed.
Lemma below_app : forall n a b, below n a -> below n b -> below n (a ++ b).
Proof. intros n a b A B w H. apply in_app_iff in H as [H|H]; auto. Qed.
Lemma below_cons : forall n w b, (is_best w = true -> size_of (condition_of w) < n) -> below n b -> below n (w :: b).
Proof. intros n w b A B v [<- | H]; auto. Qed.
Lemma below_concat : forall n bs, (forall b, In b bs -> below n b) -> below n (concat bs).
Proof. intros n bs H w Hw. apply in_concat in Hw as [b [Hb Hw]]. now apply (H b). Qed.
Lemma below_less : forall n k b, below n b -> n <= k -> below k b.
Proof. intros n k b B L w H E. specialize (B w H E). lia. Qed.
Lemma below_pick : forall n sc ways, (forall w, In w ways -> below n (snd w)) -> below n (pick sc ways).
Proof.
  intros n sc ways H. unfold pick. destruct (above sc).
  - apply below_concat. intros b Hb. apply in_map_iff in Hb as [w [<- Hw]]. auto.
  - destruct (find fst ways) as [[g b]|] eqn:E; [apply find_some in E as [E _]; now apply (H _ E)|].
    destruct ways as [|[g b] ways]; [apply below_nil|]. apply (H (g, b)). now left.
Qed.

Lemma bound_size : forall n c t, bound_of n c = Some t -> size t < size c.
Proof.
  intros n c t. unfold bound_of. destruct c; try easy.
  destruct op; try easy; destruct (_ && _); [|destruct (_ && _); [|easy]| |destruct (_ && _); [|easy]];
    intros E; injection E as <-; simpl; lia.
Qed.

Lemma bounds_size : forall n c ts t, bounds_of n c = Some ts -> In t ts -> size t < size c.
Proof.
  assert (forall n l ts t, every_some (bound_of n) l = Some ts -> In t ts -> exists c, In c l /\ size t < size c) as H.
  { induction l as [|c l IH]; simpl; intros ts t E Ht; [injection E as <-; easy|].
    destruct (bound_of n c) eqn:B; [|easy]. destruct (every_some (bound_of n) l) eqn:L; [|easy]. injection E as <-.
    destruct Ht as [<- | Ht].
    - exists c. split; [now left|]. now apply bound_size in B.
    - destruct (IH _ _ eq_refl Ht) as [d [Hd S]]. exists d. split; [now right|auto]. }
  intros n c ts t E Ht. unfold bounds_of in E. destruct (is_true c); [injection E as <-; easy|].
  destruct c; try (apply (H n _ _ _ E) in Ht as [d [[<- | []] S]]; exact S).
  apply (H n _ _ _ E) in Ht as [d [Hd S]]. apply size_in in Hd. simpl. lia.
Qed.

Lemma sel_below : forall p fuel c m sc r, below (size c) (sel sets M p fuel c m sc r).
Proof.
  intros p. induction fuel as [|fuel IH]; intros c m sc r; [apply below_nil|].
  assert (forall d m sc r, size d <= size c -> below (size c) (sel sets M p fuel d m sc r)) as I.
  { intros d m' sc' r' H. apply below_less with (size d); auto. }
  Ltac small I :=
    repeat first
      [ apply below_nil | apply I; simpl; lia | apply below_app
      | apply below_cons; [intros _; simpl; rewrite ?size_condition; lia|] | apply below_cons; [easy|]
      | apply below_concat; let b := fresh in let H := fresh in intros b H;
          rewrite ?map_map in H; repeat (apply in_app_iff in H; destruct H as [H|H]);
          repeat (destruct H as [<- | H]); try contradiction; try (apply in_map_iff in H as [? [<- ?]]); cbn [snd]
      | apply below_pick; let b := fresh in let H := fresh in intros b H;
          repeat (destruct H as [<- | H]); try contradiction; try (apply in_map_iff in H as [? [<- ?]]); cbn [snd]
      | match goal with H : In ?x ?l |- _ => apply size_in in H; apply I; simpl; lia end ].
  destruct c as [v o|x|a lo wi|a pl cs|k n d f|t a b|op a b|i d|x cs|a|cs|cs|a b|n d f|cs|a b]; cbn [sel parts_of];
    try (destruct m as [t0|]).
  all: try solve [small I | destruct x; small I | destruct t0; small I].
  all: destruct d as [|[y|]| | | | | | | | | | | | |items|a b]; try solve [small I].
  all: try destruct (is_set sets y); try solve [small I].
  all: try solve [destruct t0; small I].
  1, 2: destruct (bounds_of n f) as [ts|] eqn:B; [|apply below_nil]; apply below_concat; intros b' Hb;
    apply in_map_iff in Hb as [t [<- [<- | [<- | Ht]]]]; apply I; simpl; try lia;
    apply (bounds_size _ _ _ _ B) in Ht; lia.
  - small I. destruct t0; [|small I]. destruct (depends sc i); [destruct (goes_through sc i)|]; small I.
Qed.

(** * What is large in the branch does not depend on which element is chosen by a small condition *)

Definition carries (n : nat) (a b : branch) : Prop :=
  forall w, In w a -> is_best w = true -> n <= size_of (condition_of w) -> In w b.

Lemma carries_same : forall n a, carries n a a.
Proof. intros n a w H _ _. exact H. Qed.
Lemma carries_below : forall n a b, below n a -> carries n a b.
Proof. intros n a b B w H E L. specialize (B w H E). lia. Qed.
Lemma carries_app : forall n a b c d, carries n a c -> carries n b d -> carries n (a ++ b) (c ++ d).
Proof. intros n a b c d A B w H E L. apply in_app_iff. apply in_app_iff in H as [H|H]; auto. Qed.
Lemma carries_concat : forall n l k, Forall2 (carries n) l k -> carries n (concat l) (concat k).
Proof. induction 1; simpl; [apply carries_same|now apply carries_app]. Qed.
Lemma carries_pick : forall n sc l k, Forall2 (fun a b => fst a = fst b /\ carries n (snd a) (snd b)) l k ->
  carries n (pick sc l) (pick sc k).
Proof.
  intros n sc l k F. unfold pick. destruct (above sc).
  - apply carries_concat. induction F as [|a b l k [_ C] F IH]; simpl; auto.
  - assert (carries n match l with (_, b) :: _ => b | [] => [] end match k with (_, b) :: _ => b | [] => [] end) as D.
    { destruct F as [|[g a] [h b] l k [_ C] F]; [apply carries_same|exact C]. }
    assert (forall x y, carries n x y -> carries n match find fst l with Some (_, b) => b | None => x end
                                                   match find fst k with Some (_, b) => b | None => y end) as E.
    { clear D. intros x y D. induction F as [|[g a] [h b] l k [G C] F IH]; simpl in *; [exact D|]. subst h.
      destruct g; [exact C|exact IH]. }
    now apply E.
Qed.

Lemma sel_local : forall n p q, (forall s c, n < size_of c -> p s c = q s c) ->
  forall fuel c m sc r, scope_ok sc -> compat M p sc r -> compat M q sc r ->
  carries n (sel sets M p fuel c m sc r) (sel sets M q fuel c m sc r).
Proof.
  intros n0 p q A. induction fuel as [|fuel IH]; intros c m sc r O P Q; [apply carries_same|].
  destruct (above sc) eqn:U; [rewrite (sel_above _ _ _ _ p r q r U); apply carries_same|].
  assert (forall d m, carries n0 (sel sets M p fuel d m sc r) (sel sets M q fuel d m sc r)) as I by auto.
  assert (forall l m, carries n0 (concat (map (fun d => sel sets M p fuel d m sc r) l))
                                 (concat (map (fun d => sel sets M q fuel d m sc r) l))) as L.
  { intros l m'. apply carries_concat, forall2_map. auto. }
  assert (forall d m n s, carries n0 (sel sets M p fuel d m (under_every sc n s) (put r n 0%N))
                                     (sel sets M q fuel d m (under_every sc n s) (put r n 0%N))) as V.
  { intros. rewrite (sel_above _ _ _ _ p _ q (put r n 0%N)); [apply carries_same|easy]. }
  assert (forall i d n m, carries n0
      (sel sets M p fuel d m (bind sc n (key_of sc i) (depends sc i)) (put r n (word_of (eval M i r))))
      (sel sets M q fuel d m (bind sc n (key_of sc i) (depends sc i)) (put r n (word_of (eval M i r))))) as T.
  { intros i d n m'. apply IH.
    - apply ok_bind; auto. intros _. now apply independent.
    - apply compat_bind; auto. intros D. symmetry. now apply den_key.
    - apply compat_bind; auto. intros D. symmetry. now apply den_key. }
  assert (forall k n f s m, carries n0
      (sel sets M p fuel f m (bind sc n (Chosen s k (condition sc n f)) false)
         (put r n (den M p (Chosen s k (condition sc n f)))))
      (sel sets M q fuel f m (bind sc n (Chosen s k (condition sc n f)) false)
         (put r n (den M q (Chosen s k (condition sc n f)))))) as W.
  { intros k n f s m'. pose proof (independent sc f O U) as D.
    destruct (le_lt_dec (size f) n0) as [S|S].
    { apply carries_below. apply below_less with (size f); auto. apply sel_below. }
    assert (den M p (Chosen s k (condition sc n f)) = den M q (Chosen s k (condition sc n f))) as E.
    { rewrite (den_chosen M p sc s k n f r P D), (den_chosen M q sc s k n f r Q D). f_equal.
      destruct k; auto. simpl. apply A. now rewrite size_condition. }
    rewrite <- E. apply IH.
    - apply ok_bind; auto.
    - apply compat_bind; auto.
    - apply compat_bind; auto. }
  Ltac carrying I L V T W :=
    repeat first
      [ apply I | apply L | apply V | apply T | apply W | apply carries_same
      | apply carries_app | apply carries_concat | apply carries_pick
      | apply Forall2_cons | apply Forall2_nil | apply Forall2_app | apply forall2_map; intros; cbn [fst snd]
      | split; [reflexivity|]; cbn [snd] ].
  destruct c as [v o|x|a lo wi|a pl cs|k n d f|t a b|op a b|i d|x cs|a|cs|cs|a b|n d f|cs|a b]; cbn [sel parts_of];
    try (destruct m as [t0|]).
  all: try solve [carrying I L V T W | destruct x; carrying I L V T W | destruct t0; carrying I L V T W].
  all: destruct d as [|[y|]| | | | | | | | | | | | |items|a b]; try solve [carrying I L V T W].
  all: try destruct (is_set sets y); try solve [carrying I L V T W].
  all: try solve [destruct t0; carrying I L V T W].
  all: try solve [destruct (bounds_of n f); carrying I L V T W].
  - destruct t0; [carrying I L V T W|]. rewrite !map_map. carrying I L V T W.
  - destruct t0; [|carrying I L V T W].
    assert (den M p (InRange (level sc) (key_of sc (Interval a b)) (condition sc n f)) =
            den M q (InRange (level sc) (key_of sc (Interval a b)) (condition sc n f))) as E.
    { pose proof (independent sc f O U) as D. pose proof (independent sc (Interval a b) O U) as D'.
      now rewrite (den_range M p sc _ n f a b r P D D'), (den_range M q sc _ n f a b r Q D D'). }
    carrying I L V T W. rewrite <- E. apply IH.
    + apply ok_bind; auto.
    + apply compat_bind; auto.
    + apply compat_bind; auto.
Qed.

End Branch.
