(** The cutoff is right: a formula that holds in a model holds in one in which no set has more elements than were counted.

    So where no model with so few has been found, there is none: that is what *proved* rests on. *)

From Coq Require Import NArith String Bool Arith Lia List.
From Parley Require Import Core Cutoff Lemmas Chosen Branch Shrinks.
Import ListNotations.
Open Scope bool_scope.
Open Scope list_scope.

Section Preference.

(** * What `some` chooses is what the branch has, if it has a `max` or a `min` by the same condition

    Whether it has one does not depend on what is chosen by conditions that are no larger. So the preference is settled
    from the largest conditions down. *)

Variable sets : list string.
Variable M : model.
Variable f : core.
Variable fuel : nat.

Definition taken (p : preference) : branch := sel sets M p fuel f (Wants true) outermost empty.

Definition in_branch (b : branch) (s : string) (c : key) : optimum :=
  if in_dec asked_eq_dec (Witness s (KBest Max) c) b then Max else Min.

Definition refine (p : preference) (n : nat) : preference :=
  fun s c => if Nat.eqb (size_of c) n then in_branch (taken p) s c else p s c.

Fixpoint settle (n : nat) (p : preference) : preference :=
  match n with O => p | S n => settle n (refine p n) end.

Lemma compat_outermost : forall p, compat M p outermost empty.
Proof. intros p n. reflexivity. Qed.

Lemma ok_outermost : scope_ok outermost.
Proof. intros A n k d E. easy. Qed.

Lemma settle_above : forall n p s c, n <= size_of c -> settle n p s c = p s c.
Proof.
  induction n as [|n IH]; intros p s c H; auto. simpl. rewrite IH by lia. unfold refine.
  destruct (Nat.eqb_spec (size_of c) n); auto. lia.
Qed.

Lemma settle_fits : forall n p s c, size_of c < n -> settle n p s c = in_branch (taken (settle n p)) s c.
Proof.
  induction n as [|n IH]; intros p s c H; [lia|]. simpl.
  destruct (Nat.eq_dec (size_of c) n) as [E|E]; [|apply IH; lia].
  rewrite settle_above by lia. unfold refine at 1. rewrite (proj2 (Nat.eqb_eq _ _) E).
  set (q := settle n (refine p n)).
  assert (forall t d, n < size_of d -> p t d = q t d) as A.
  { intros t d Hd. unfold q. rewrite settle_above by lia. unfold refine. destruct (Nat.eqb_spec (size_of d) n); auto. lia. }
  assert (forall t d, n < size_of d -> q t d = p t d) as A' by (intros; symmetry; auto).
  unfold in_branch.
  pose proof (sel_local sets M n p q A fuel f (Wants true) outermost empty ok_outermost (compat_outermost p) (compat_outermost q)) as L.
  pose proof (sel_local sets M n q p A' fuel f (Wants true) outermost empty ok_outermost (compat_outermost q) (compat_outermost p)) as L'.
  destruct (in_dec asked_eq_dec (Witness s (KBest Max) c) (taken p)) as [I|I];
    destruct (in_dec asked_eq_dec (Witness s (KBest Max) c) (taken q)) as [J|J]; auto; exfalso.
  - apply J, L; auto. simpl. lia.
  - apply I, L'; auto. simpl. lia.
Qed.

(** A preference that fits the branch that is taken with it. *)
Definition preferred : preference := settle (size f) (fun _ _ => Max).

Lemma preferred_fits : forall s c o, In (Witness s (KBest o) c) (taken preferred) ->
  preferred s c = in_branch (taken preferred) s c.
Proof.
  intros s c o H. apply settle_fits. apply (sel_below sets M preferred fuel f (Wants true) outermost empty _ H). reflexivity.
Qed.

End Preference.

(** * The sets whose elements are kept in others *)

Definition closed (b : branch) (l : list string) : Prop := forall s t, In (Kept s t) b -> In s l -> In t l.

Definition outstanding (b : branch) (known : list string) : branch :=
  filter (fun w => match w with Kept _ t => if in_dec string_dec t known then false else true | _ => false end) b.

Lemma sources_known : forall fuel b known, incl known (sources fuel b known).
Proof.
  induction fuel as [|fuel IH]; intros b known; simpl.
  - destruct (flat_map _ b); apply incl_refl.
  - destruct (flat_map _ b); [apply incl_refl|]. apply incl_tran with (s :: known); [apply incl_tl, incl_refl|apply IH].
Qed.

Lemma sources_least : forall fuel b known l, closed b l -> incl known l -> incl (sources fuel b known) l.
Proof.
  induction fuel as [|fuel IH]; intros b known l C I; simpl.
  - now destruct (flat_map _ b).
  - destruct (flat_map _ b) as [|t more] eqn:E; auto. apply IH; auto. intros s [<- | Hs]; auto.
    assert (In t (t :: more)) as Ht by now left. rewrite <- E in Ht. apply in_flat_map in Ht as [w [Hw Ht]].
    destruct w as [|s u]; [easy|]. destruct (in_dec string_dec s known); [|easy].
    destruct (in_dec string_dec u known); [easy|]. destruct Ht as [<- | []]. apply (C s); auto.
Qed.

Lemma filter_less : forall (b : branch) (g h : asked -> bool), (forall w, h w = true -> g w = true) ->
  (exists w, In w b /\ g w = true /\ h w = false) -> List.length (filter h b) < List.length (filter g b).
Proof.
  intros b g h H. assert (forall b, List.length (filter h b) <= List.length (filter g b)) as Le.
  { induction b0 as [|w b0 IH]; simpl; auto. destruct (h w) eqn:E; [rewrite (H w E); simpl; lia|].
    destruct (g w); simpl; lia. }
  induction b as [|w b IH]; intros [v [Hv [G F]]]; [easy|]. simpl. destruct Hv as [<- | Hv].
  - rewrite G, F. simpl. specialize (Le b). lia.
  - assert (List.length (filter h b) < List.length (filter g b)) as Lt by eauto.
    destruct (h w) eqn:E; [rewrite (H w E); simpl; lia|]. destruct (g w); simpl; lia.
Qed.

Lemma sources_closed : forall fuel b known, List.length (outstanding b known) <= fuel -> closed b (sources fuel b known).
Proof.
  assert (forall b known, flat_map (fun w => match w with
    | Kept of source => if in_dec string_dec of known then if in_dec string_dec source known then [] else [source] else []
    | _ => [] end) b = [] -> closed b known) as E.
  { intros b known E s t H Hs. destruct (in_dec string_dec t known) as [|N]; auto. exfalso.
    assert (In t []) as F; [|easy]. rewrite <- E. apply in_flat_map. exists (Kept s t). split; auto.
    destruct (in_dec string_dec s known); [|easy]. destruct (in_dec string_dec t known); [easy|now left]. }
  assert (forall b known t more, flat_map (fun w => match w with
    | Kept of source => if in_dec string_dec of known then if in_dec string_dec source known then [] else [source] else []
    | _ => [] end) b = t :: more -> List.length (outstanding b (t :: known)) < List.length (outstanding b known)) as L.
  { intros b known t more F. assert (In t (t :: more)) as Ht by now left. rewrite <- F in Ht.
    apply in_flat_map in Ht as [w [Hw Ht]]. destruct w as [|s u]; [easy|]. destruct (in_dec string_dec s known); [|easy].
    destruct (in_dec string_dec u known) as [|N]; [easy|]. destruct Ht as [<- | []]. apply filter_less.
    - intros [|s' u']; auto. destruct (in_dec string_dec u' (u :: known)) as [|M]; [easy|].
      destruct (in_dec string_dec u' known) as [J|]; auto. destruct M. now right.
    - exists (Kept s u). split; auto. destruct (in_dec string_dec u known); [easy|].
      destruct (in_dec string_dec u (u :: known)) as [|M]; auto. destruct M. now left. }
  induction fuel as [|fuel IH]; intros b known H; simpl;
    destruct (flat_map _ b) as [|t more] eqn:F; try (now apply E); specialize (L b known t more F); [lia|].
  apply IH. lia.
Qed.

Lemma outstanding_length : forall b known, List.length (outstanding b known) <= List.length b.
Proof.
  intros b known. unfold outstanding. generalize (fun w => match w with
    | Kept _ t => if in_dec string_dec t known then false else true | _ => false end) as g. intros g.
  induction b as [|w b IH]; simpl; auto. destruct (g w); simpl; lia.
Qed.

(** * The model that is left *)

Section Left.

Variable sets : list string.
Variable M : model.
Variable p : preference.
(** The branch that the model takes, and one that was counted. *)
Variables own counted : branch.
Hypothesis part : incl own counted.
Hypothesis fits : forall s c o, In (Witness s (KBest o) c) own -> p s c = in_branch own s c.

(** The element that a witness that is counted stands for. *)
Definition stands_for (w : asked) : N :=
  match w with
  | Witness s k c => if in_dec asked_eq_dec w own then den M p (Chosen s k c) else den M p (Chosen s KSome c)
  | Kept _ _ => 0%N
  end.

Definition is_element (s : string) (w : N) : bool := if in_dec N.eq_dec w (elements (names M s)) then true else false.

Definition chosen_from (s : string) : list N :=
  nodup N.eq_dec (filter (is_element s) (map stands_for (beyond_emptiness s counted))).

Definition kept_of (s : string) : list N :=
  match chosen_from s, kept s counted with
  | [], [] => []
  | [], _ => firstn 1 (elements (names M s))
  | l, _ => l
  end.

Definition left_in (s : string) : list N :=
  nodup N.eq_dec (filter (is_element s) (concat (map kept_of (sources (List.length counted) counted [s])))).

Definition left : model := {|
  names := fun s => if is_set sets s then Many (left_in s) else names M s;
  relations := relations M;
  well_formed := well_formed M
|}.

Lemma is_element_in : forall s w, is_element s w = true <-> In w (elements (names M s)).
Proof. intros s w. unfold is_element. now destruct (in_dec N.eq_dec w (elements (names M s))). Qed.

Lemma kept_of_count : forall s, List.length (kept_of s) <= count_of s counted.
Proof.
  intros s. unfold kept_of. destruct (chosen_from s) as [|w l] eqn:E.
  - unfold count_of. destruct (kept s counted) as [|v k]; [simpl; lia|].
    destruct (List.length (beyond_emptiness s counted)), (elements (names M s)); simpl; lia.
  - rewrite <- E.
    assert (List.length (chosen_from s) <= List.length (beyond_emptiness s counted)) as H.
    { rewrite <- (map_length stands_for). apply NoDup_incl_length; [apply NoDup_nodup|]. intros x Hx.
      apply nodup_In, filter_In in Hx. easy. }
    unfold count_of. rewrite E in *. simpl in H. destruct (List.length (beyond_emptiness s counted)); simpl in *; lia.
Qed.

Lemma left_needed : forall s, List.length (left_in s) <= needed s counted.
Proof.
  intros s. unfold left_in, needed. set (l := sources _ _ _).
  apply Nat.le_trans with (List.length (concat (map kept_of l))).
  - apply NoDup_incl_length; [apply NoDup_nodup|]. intros w Hw. apply nodup_In, filter_In in Hw. easy.
  - clearbody l. induction l as [|t l IH]; simpl; auto. rewrite app_length. pose proof (kept_of_count t). lia.
Qed.

Lemma left_smaller : smaller sets M left.
Proof.
  constructor; auto; intros s; simpl.
  - now intros ->.
  - destruct (is_set sets s); [|apply incl_refl]. intros w Hw. simpl in Hw. apply nodup_In, filter_In in Hw as [_ Hw].
    now apply is_element_in.
Qed.

Lemma kept_left : forall s t w, is_set sets s = true -> In t (sources (List.length counted) counted [s]) ->
  In w (kept_of t) -> In w (elements (names M s)) -> In w (elements (names left s)).
Proof.
  intros s t w X Ht Hw Hs. simpl. rewrite X. simpl. apply nodup_In, filter_In. split; [|now apply is_element_in].
  apply in_concat. exists (kept_of t). split; auto. apply in_map. exact Ht.
Qed.

Lemma self_source : forall s, In s (sources (List.length counted) counted [s]).
Proof. intros s. apply (sources_known _ _ [s]). now left. Qed.

Lemma counted_witness : forall s k c, In (Witness s k c) counted -> In (Witness s k c) (witnesses_of s counted).
Proof.
  intros s k c H. apply filter_In. split; [now apply nodup_In|]. now destruct (string_dec s s).
Qed.

(** What serves for a witness among those that are counted. *)
Lemma served : forall s k c, In (Witness s k c) own -> exists w, In w (kept s counted) /\
  (w = Witness s k c \/ exists o, w = Witness s (KBest o) c) /\ stands_for w = den M p (Chosen s k c).
Proof.
  intros s k c H. pose proof (part _ H) as Hc.
  destruct (covered counted (Witness s k c)) eqn:Co.
  - destruct k as [|o]; [|easy].
    assert (forall o, In (Witness s (KBest o) c) own -> p s c = o ->
            den M p (Chosen s (KBest o) c) = den M p (Chosen s KSome c)) as D.
    { intros o _ <-. destruct c; reflexivity. }
    simpl in Co. destruct (in_dec asked_eq_dec (Witness s (KBest Max) c) counted) as [I|I].
    + exists (Witness s (KBest Max) c). split; [apply filter_In; split; [now apply counted_witness|easy]|].
      split; [eauto|]. simpl. destruct (in_dec asked_eq_dec (Witness s (KBest Max) c) own) as [J|J]; auto.
      apply D; auto. rewrite (fits _ _ _ J). unfold in_branch.
      now destruct (in_dec asked_eq_dec (Witness s (KBest Max) c) own).
    + destruct (in_dec asked_eq_dec (Witness s (KBest Min) c) counted) as [I'|]; [|easy].
      exists (Witness s (KBest Min) c). split; [apply filter_In; split; [now apply counted_witness|easy]|].
      split; [eauto|]. simpl. destruct (in_dec asked_eq_dec (Witness s (KBest Min) c) own) as [J|J]; auto.
      apply D; auto. rewrite (fits _ _ _ J). unfold in_branch.
      destruct (in_dec asked_eq_dec (Witness s (KBest Max) c) own) as [K|]; auto. now apply part in K.
  - exists (Witness s k c). split; [apply filter_In; split; [now apply counted_witness|now rewrite Co]|].
    split; auto. simpl. now destruct (in_dec asked_eq_dec (Witness s k c) own).
Qed.

Lemma left_has : has_all sets M p left own.
Proof.
  intros [s k c | s t] H; unfold has.
  - destruct (for_emptiness (Witness s k c)) eqn:F.
    + intros Ne. destruct (is_set sets s) eqn:X; [|simpl; now rewrite X].
      destruct (served s k c H) as [w [Hw _]].
      assert (exists v, In v (kept_of s) /\ In v (elements (names M s))) as [v [Hv Hs]].
      { unfold kept_of. destruct (chosen_from s) as [|v l] eqn:E.
        - destruct (kept s counted); [easy|]. destruct (elements (names M s)) as [|v l]; [easy|].
          exists v. split; now left.
        - exists v. split; [now left|]. apply is_element_in. assert (In v (chosen_from s)) as I by (rewrite E; now left).
          apply nodup_In, filter_In in I. easy. }
      intros E. pose proof (kept_left s s v X (self_source s) Hv Hs) as I. now rewrite E in I.
    + intros Hs. destruct (is_set sets s) eqn:X; [|simpl; now rewrite X].
      apply (kept_left s s); auto using self_source.
      destruct (served s k c H) as [w [Hw [K E]]].
      assert (In (den M p (Chosen s k c)) (chosen_from s)) as I.
      { apply nodup_In, filter_In. split; [|now apply is_element_in]. rewrite <- E. apply in_map. apply filter_In.
        split; auto. destruct K as [-> | [o ->]]; [now rewrite F|easy]. }
      unfold kept_of. now destruct (chosen_from s).
  - intros Xt v Hv Hs. destruct (is_set sets s) eqn:X; [|simpl; now rewrite X].
    simpl in Hv. rewrite Xt in Hv. simpl in Hv. apply nodup_In, filter_In in Hv as [Hv _].
    apply in_concat in Hv as [l [Hl Hv]]. apply in_map_iff in Hl as [u [<- Hu]].
    apply (kept_left s u); auto. revert u Hu Hv. intros u Hu _.
    apply (sources_least (List.length counted) counted [t]); auto.
    + apply sources_closed, outstanding_length.
    + intros x [<- | []].
      apply (sources_closed (List.length counted) counted [s] (outstanding_length _ _) s); auto using self_source.
Qed.

End Left.

(** * The theorem *)

Lemma largest_in : forall l n, In n l -> n <= largest l.
Proof. induction l as [|a l IH]; simpl; intros n H; [easy|]. destruct H as [<- | H]; [lia|]. specialize (IH n H). lia. Qed.

(** Where a formula has a cutoff and holds in a model, it holds in one that differs in having fewer elements in some sets:
    those of the model itself, and in each set no more than its cutoff. *)
Theorem cutoff_suffices : forall sets f sizes M, cutoff sets f = Some sizes -> holds M f ->
  exists M', smaller sets M M' /\ holds M' f /\
    forall s n, In (s, n) sizes -> NoDup (elements (names M' s)) /\ List.length (elements (names M' s)) <= n.
Proof.
  intros sets f sizes M C H. unfold cutoff, branches_of in C.
  destruct (asks sets (2 * size f) f (Wants true) outermost) as [bs|] eqn:A; [|easy]. injection C as <-.
  set (p := preferred sets M f (2 * size f)).
  destruct (sel_covered sets M p _ _ _ _ empty _ A) as [counted [Hc part]].
  pose proof (preferred_fits sets M f (2 * size f)) as fits. fold p in fits. unfold taken in fits.
  set (own := sel sets M p (2 * size f) f (Wants true) outermost empty) in *.
  exists (left sets M p own counted). split; [apply left_smaller|]. split.
  - apply (shrinks sets M p _ _ _ _ empty _ _ A ok_outermost (compat_outermost M p) (left_smaller sets M p own counted));
      auto.
    + intros n i s d E. easy.
    + now apply left_has.
  - intros s n Hs. apply in_map_iff in Hs as [t [E Ht]]. injection E as -> <-. simpl.
    assert (is_set sets s = true) as -> by (unfold is_set; now destruct (in_dec string_dec s sets)).
    split; [apply NoDup_nodup|]. simpl. apply Nat.le_trans with (needed s counted); [apply left_needed|].
    apply largest_in. apply in_map_iff. eauto.
Qed.

(** What the prover uses: where no model with so few elements makes the formula true, none does. *)
Corollary none_at_the_cutoff : forall sets f sizes, cutoff sets f = Some sizes ->
  (forall M, (forall s n, In (s, n) sizes -> List.length (elements (names M s)) <= n) -> ~ holds M f) ->
  forall M, ~ holds M f.
Proof.
  intros sets f sizes C N M H. destruct (cutoff_suffices sets f sizes M C H) as [M' [_ [H' L]]].
  apply (N M'); auto. intros s n Hs. now apply L.
Qed.

Print Assumptions cutoff_suffices.
Print Assumptions none_at_the_cutoff.
