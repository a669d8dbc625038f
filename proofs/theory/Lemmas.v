(** What the proof needs of [Core.v] by itself: nothing here knows of witnesses. *)

From Coq Require Import List NArith String Bool Arith Lia.
From Parley Require Import Core.
Import ListNotations.
Open Scope bool_scope.
Open Scope list_scope.

Lemma size_in : forall c l, In c l -> size c <= sum (map size l).
Proof. induction l as [|a l IH]; simpl; [easy|]. intros [<- | H]; [lia|]. specialize (IH H). unfold sum in *. lia. Qed.

Lemma core_ind_size : forall P : core -> Prop,
  (forall c, (forall d, size d < size c -> P d) -> P c) -> forall c, P c.
Proof.
  intros P step. assert (forall n c, size c < n -> P c) as H.
  { induction n as [|n IH]; intros c Hc; [lia|]. apply step. intros d Hd. apply IH. lia. }
  intros c. apply (H (S (size c))). lia.
Qed.

Lemma put_same : forall r n w, put r n w n = w.
Proof. intros. unfold put. now rewrite Nat.eqb_refl. Qed.

Lemma put_other : forall r n w m, m <> n -> put r n w m = r m.
Proof. intros. unfold put. apply Nat.eqb_neq in H. now rewrite H. Qed.

(** A node says by itself all that it means, but for the variables that are free in it. *)
Lemma eval_agree : forall c m r s, (forall n, In n (free c) -> r n = s n) -> eval m c r = eval m c s.
Proof.
  induction c as [c IH] using core_ind_size. intros m r s H.
  assert (forall d, size d < size c -> (forall n, In n (free d) -> In n (free c)) -> eval m d r = eval m d s) as E.
  { intros d Hd Hf. apply IH; auto. }
  assert (forall l, (forall d, In d l -> size d < size c) -> (forall n, In n (flat_map free l) -> In n (free c)) ->
          map (fun d => eval m d r) l = map (fun d => eval m d s) l) as L.
  { intros l Hl Hf. apply map_ext_in. intros d Hd. apply E; auto. intros n Hn. apply Hf. apply in_flat_map. eauto. }
  assert (forall f n, size f < size c -> (forall i, In i (remove Nat.eq_dec n (free f)) -> In i (free c)) ->
          forall w, truth (eval m f (put r n w)) = truth (eval m f (put s n w))) as B.
  { intros f n Hs Hf w. f_equal. apply IH; auto. intros i Hi. unfold put.
    destruct (Nat.eqb_spec i n); auto. apply H, Hf. apply in_in_remove; auto. }
  destruct c as [v o|x|a lo wi|a pl cs|k n d f|t a b|op a b|i d|x cs|a|cs|cs|a b|n d f|cs|a b];
    cbn [eval size free] in *;
    try (destruct x; auto; now rewrite H; [|left]).
  - reflexivity.
  - rewrite E; auto; lia.
  - rewrite (E a); [|lia|auto using in_or_app]. rewrite L; auto using in_or_app.
    intros d Hd. apply size_in in Hd. lia.
  - rewrite (E d); [|lia|auto using in_or_app]. do 2 f_equal. apply filter_ext. apply B; [lia|auto using in_or_app].
  - rewrite (E t), (E a), (E b); auto using in_or_app; lia.
  - rewrite (E a), (E b); auto using in_or_app; lia.
  - rewrite (E i), (E d); auto using in_or_app; lia.
  - rewrite L; auto. intros d Hd. apply size_in in Hd. lia.
  - rewrite (E a); auto; lia.
  - do 2 f_equal. assert (map (fun d => eval m d r) cs = map (fun d => eval m d s) cs) as M.
    { apply L; auto. intros d Hd. apply size_in in Hd. lia. }
    clear - M. induction cs; simpl in *; auto. injection M as -> M. now rewrite IHcs.
  - do 2 f_equal. assert (map (fun d => eval m d r) cs = map (fun d => eval m d s) cs) as M.
    { apply L; auto. intros d Hd. apply size_in in Hd. lia. }
    clear - M. induction cs; simpl in *; auto. injection M as -> M. now rewrite IHcs.
  - rewrite (E a), (E b); auto using in_or_app; lia.
  - rewrite (E d); [|lia|auto using in_or_app]. do 2 f_equal.
    assert (forall w, truth (eval m f (put r n w)) = truth (eval m f (put s n w))) as M
      by (apply B; [lia|auto using in_or_app]).
    induction (elements (eval m d s)); simpl; auto. now rewrite M, IHl.
  - rewrite L; auto. intros d Hd. apply size_in in Hd. lia.
  - rewrite (E a), (E b); auto using in_or_app; lia.
Qed.

(** * The greatest and the least *)

Lemma further_trans : forall k a b c, further k a b = false -> further k b c = false -> further k a c = false.
Proof. intros [] a b c; simpl; rewrite !N.ltb_ge; lia. Qed.
Lemma further_swap : forall k a b, further k a b = true -> further k b a = false.
Proof. intros [] a b; simpl; rewrite N.ltb_ge, N.ltb_lt; lia. Qed.
Lemma further_self : forall k a, further k a a = false.
Proof. intros [] a; simpl; now rewrite N.ltb_ge. Qed.
Lemma further_equal : forall k a b, further k a b = false -> further k b a = false -> a = b.
Proof. intros [] a b; simpl; rewrite !N.ltb_ge; lia. Qed.

Lemma best_none : forall k l, best k l = None -> l = [].
Proof. intros k [|a l]; simpl; auto. now destruct (best k l). Qed.

Lemma best_some : forall k l w, best k l = Some w -> In w l /\ forall x, In x l -> further k x w = false.
Proof.
  induction l as [|a l IH]; simpl; intros w H; [easy|].
  destruct (best k l) as [b|] eqn:B; injection H as <-.
  - destruct (IH b eq_refl) as [I F]. destruct (further k a b) eqn:E.
    + split; auto. intros x [<- | Hx]; [apply further_self|]. apply further_trans with b; auto using further_swap.
    + split; auto. intros x [<- | Hx]; auto.
  - apply best_none in B. subst. split; auto. intros x [<- | []]. apply further_self.
Qed.

Lemma best_is : forall k l w, In w l -> (forall x, In x l -> further k x w = false) -> best k l = Some w.
Proof.
  intros k l w I F. destruct (best k l) as [b|] eqn:B.
  - apply best_some in B as [Ib Fb]. f_equal. apply further_equal with k; auto.
  - apply best_none in B. subst. easy.
Qed.

(** Of fewer words the best is the same, if it is among them. *)
Lemma best_shrinks : forall k l l', incl l' l -> (forall w, best k l = Some w -> In w l') -> best k l' = best k l.
Proof.
  intros k l l' I H. destruct (best k l) as [b|] eqn:B.
  - apply best_is; auto. intros x Hx. apply (best_some _ _ _ B). auto.
  - apply best_none in B. subst. destruct l' as [|a l']; auto. destruct (I a); now left.
Qed.

Definition chosen (k : optimum) (l : list N) : N := match best k l with Some w => w | None => 0%N end.

Lemma chosen_in : forall k l w, In w l -> In (chosen k l) l.
Proof.
  intros k l w H. unfold chosen. destruct (best k l) eqn:B; [now apply best_some in B|].
  apply best_none in B. now subst.
Qed.

Lemma existsb_same : forall A (f g : A -> bool) l, (forall a, In a l -> f a = g a) -> existsb f l = existsb g l.
Proof. induction l; simpl; intros H; auto. rewrite H, IHl; auto. Qed.
Lemma forallb_same : forall A (f g : A -> bool) l, (forall a, In a l -> f a = g a) -> forallb f l = forallb g l.
Proof. induction l; simpl; intros H; auto. rewrite H, IHl; auto. Qed.

Lemma words_in : forall w vs, In w (words vs) <-> In (One (Word w)) vs.
Proof.
  intros w vs. unfold words. rewrite in_flat_map. split.
  - intros [[|[n|b]|l] [I H]]; simpl in H; try easy. destruct H as [<- | []]. easy.
  - intros H. exists (One (Word w)). simpl. auto.
Qed.
