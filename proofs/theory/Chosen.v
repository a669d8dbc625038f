(** Which witnesses a model has: the branch that it takes, and the elements that it chooses.

    The choice of an element by `some` is free where several meet the condition. The count lets a `max` or a `min` by the
    same condition serve for it, so what is chosen depends on which of them is in the branch, and the branch on what is
    chosen. [preference] says which is taken; [Shrinks.v] finds one that fits its own branch. *)

From Coq Require Import NArith String Bool Arith Lia List.
From Parley Require Import Core Cutoff Lemmas.
Import ListNotations.
Open Scope bool_scope.
Open Scope list_scope.

Section Chosen.

Variable sets : list string.
Variable M : model.

(** By set and condition, whether `some` chooses the greatest or the least element that meets the condition. *)
Definition preference := string -> key -> optimum.

Definition kind_of (p : preference) (k : kind) (s : string) (c : key) : optimum :=
  match k with KSome => p s c | KBest k => k end.

Definition word_of (v : value) : N := match v with One (Word n) => n | _ => 0%N end.

(** What a key stands for in the model; any word, where that is nothing. *)
Fixpoint den (p : preference) (k : key) : N :=
  let env_of := fix env_of (l : list (nat * key)) : env :=
    match l with [] => empty | (n, k) :: l => put (env_of l) n (den p k) end in
  let meets c : N -> bool :=
    match c with Meets n f l => fun w => truth (eval M f (put (env_of l) n w)) | _ => fun _ => true end in
  match k with
  | Every _ _ | Always | Meets _ _ _ => 0%N
  | Of c l => word_of (eval M c (env_of l))
  | Chosen s _ (Is t) => den p t
  | Chosen s k c => chosen (kind_of p k s c) (filter (meets c) (elements (names M s)))
  | InRange _ (Of d l) c => chosen Max (filter (meets c) (elements (eval M d (env_of l))))
  | InRange _ _ _ => 0%N
  | Is t => den p t
  | Short k => den p k
  end.

Definition env_of (p : preference) : list (nat * key) -> env :=
  fix env_of l := match l with [] => empty | (n, k) :: l => put (env_of l) n (den p k) end.

(** Bound variables are what the scope says that they are, but for those that depend on an `every`. *)
Definition compat (p : preference) (sc : scope) (r : env) : Prop :=
  forall n, match lookup n (bound sc) with
            | None => r n = 0%N
            | Some (k, false) => r n = den p k
            | Some (_, true) => True
            end.

(** Outside of every `every`, nothing depends on one. *)
Definition scope_ok (sc : scope) : Prop :=
  above sc = false -> forall n k d, lookup n (bound sc) = Some (k, d) -> d = false.

Lemma compat_bind : forall p sc r n k w d, compat p sc r -> (d = false -> w = den p k) ->
  compat p (bind sc n k d) (put r n w).
Proof.
  intros p sc r n k w d C H i. simpl. unfold put. destruct (Nat.eqb i n); [|apply C]. destruct d; auto.
Qed.

Lemma compat_every : forall p sc r n s w, compat p sc r -> compat p (under_every sc n s) (put r n w).
Proof. intros p sc r n s w C i. simpl. unfold put. destruct (Nat.eqb i n); auto. apply C. Qed.

Lemma ok_bind : forall sc n k d, scope_ok sc -> (above sc = false -> d = false) -> scope_ok (bind sc n k d).
Proof.
  intros sc n k d O H A i k' d'. simpl in *. destruct (Nat.eqb i n); [|now apply O]. intros E. injection E as _ <-. auto.
Qed.

Lemma ok_every : forall sc n s, scope_ok (under_every sc n s).
Proof. intros sc n s A. easy. Qed.

Lemma independent : forall sc c, scope_ok sc -> above sc = false -> depends sc c = false.
Proof.
  intros sc c O A. unfold depends. destruct (existsb _ _) eqn:E; auto. apply existsb_exists in E as [n [_ E]].
  destruct (lookup n (bound sc)) as [[k d]|] eqn:L; auto. now rewrite (O A _ _ _ L) in E.
Qed.

Lemma env_around : forall p sc c r, compat p sc r -> depends sc c = false ->
  forall n, In n (free c) -> env_of p (around sc c) n = r n.
Proof.
  intros p sc c r C D.
  assert (forall n, In n (free c) -> match lookup n (bound sc) with
                                     | None => r n = 0%N | Some (k, _) => r n = den p k end) as H.
  { intros n Hn. specialize (C n). destruct (lookup n (bound sc)) as [[k [|]]|] eqn:L; auto. exfalso.
    unfold depends in D. assert (existsb (fun n => match lookup n (bound sc) with Some (_, d) => d | None => false end)
      (free c) = true) as T by (apply existsb_exists; exists n; now rewrite L). congruence. }
  unfold around.
  assert (forall l n, incl l (free c) -> env_of p (flat_map (fun n => match lookup n (bound sc) with
      | Some (k, _) => [(n, k)] | None => [] end) l) n = if in_dec Nat.eq_dec n l then r n else 0%N) as G.
  { induction l as [|a l IH]; intros n I; [easy|]. simpl flat_map.
    assert (In a (free c)) as Ia by (apply I; now left). assert (incl l (free c)) as Il by (intros x Hx; apply I; now right).
    specialize (H a Ia). specialize (IH n Il). simpl. destruct (lookup a (bound sc)) as [[k d]|] eqn:L; simpl.
    - unfold put. destruct (Nat.eqb_spec n a).
      + subst. destruct (Nat.eq_dec a a); [auto|easy].
      + rewrite IH. destruct (Nat.eq_dec a n); [congruence|]. destruct (in_dec Nat.eq_dec n l); auto.
    - rewrite IH. destruct (Nat.eq_dec a n); [subst|destruct (in_dec Nat.eq_dec n l); auto].
      destruct (in_dec Nat.eq_dec n l); auto. }
  intros n Hn. rewrite G.
  - destruct (in_dec Nat.eq_dec n (nodup Nat.eq_dec (free c))) as [|F]; auto. destruct F. now apply nodup_In.
  - intros x Hx. now apply nodup_In in Hx.
Qed.

(** Where two keys are equal, so are the values: a key stands for what its node has. *)
Lemma den_key : forall p sc c r, compat p sc r -> depends sc c = false -> den p (key_of sc c) = word_of (eval M c r).
Proof.
  intros p sc c r C D.
  assert (den p (Of c (around sc c)) = word_of (eval M c r)) as G.
  { change (den p (Of c (around sc c))) with (word_of (eval M c (env_of p (around sc c)))). f_equal.
    apply eval_agree. now apply env_around. }
  destruct c; auto. destruct s; auto. unfold key_of. specialize (C n). unfold depends in D. simpl in D.
  destruct (lookup n (bound sc)) as [[k d]|] eqn:L.
  - rewrite orb_false_r in D. subst d. simpl. auto.
  - simpl. now rewrite C.
Qed.

Definition meeting (n : nat) (f : core) (r : env) (l : list N) : list N :=
  filter (fun w => truth (eval M f (put r n w))) l.

Lemma meets_condition : forall p sc n f r l, compat p sc r -> depends sc f = false ->
  filter (match condition sc n f with
          | Meets n f a => fun w => truth (eval M f (put (env_of p a) n w)) | _ => fun _ => true end) l =
  meeting n f r l.
Proof.
  intros p sc n f r l C D. unfold meeting, condition. destruct (is_true f) eqn:T; apply filter_ext; intros w.
  - destruct f; try easy. destruct value; try easy. now destruct b.
  - f_equal. apply eval_agree. intros i Hi. unfold put. destruct (Nat.eqb i n); auto. now apply (env_around p sc f r).
Qed.

Lemma den_chosen : forall p sc s k n f r, compat p sc r -> depends sc f = false ->
  den p (Chosen s k (condition sc n f)) =
  chosen (kind_of p k s (condition sc n f)) (meeting n f r (elements (names M s))).
Proof.
  intros p sc s k n f r C D. rewrite <- (meets_condition p sc n f r _ C D). unfold condition. now destruct (is_true f).
Qed.

Lemma den_range : forall p sc i n f a b r, compat p sc r -> depends sc f = false -> depends sc (Interval a b) = false ->
  den p (InRange i (key_of sc (Interval a b)) (condition sc n f)) =
  chosen Max (meeting n f r (elements (eval M (Interval a b) r))).
Proof.
  intros p sc i n f a b r C D E.
  assert (eval M (Interval a b) (env_of p (around sc (Interval a b))) = eval M (Interval a b) r) as <-
    by (apply eval_agree; now apply env_around).
  rewrite <- (meets_condition p sc n f r _ C D). unfold condition. now destruct (is_true f).
Qed.

(** * The branch that a model takes

    As [asks], with the first way in which the formula is true in the model, where [asks] has all. *)

Definition pick (sc : scope) (ways : list (bool * branch)) : branch :=
  if above sc then concat (map snd ways)
  else match find fst ways with
       | Some (_, b) => b
       | None => match ways with (_, b) :: _ => b | [] => [] end
       end.

Fixpoint sel (p : preference) (fuel : nat) (c : core) (m : mode) (sc : scope) (r : env) : branch :=
  match fuel with
  | O => []
  | S fuel =>
    let sel := sel p fuel in
    let is c := truth (eval M c r) in
    match c, m with
    | Var (Name s), _ => []
    | Choice t a b, _ =>
        pick sc [(is t, sel t (Wants true) sc r ++ sel a m sc r); (negb (is t), sel t (Wants false) sc r ++ sel b m sc r)]
    | Extremum k n d f, _ =>
        match d with
        | Var (Name s) =>
            if is_set sets s then
              let key := condition sc n f in
              concat [[Witness s (KBest k) key];
                      sel f (Wants true) (bind sc n (Chosen s (KBest k) key) false) (put r n (den p (Chosen s (KBest k) key)));
                      sel f (Wants false) (under_every sc n (Some s)) (put r n 0%N)]
            else []
        | Interval a b =>
            match bounds_of n f with
            | Some terms => concat (map (fun t => sel t Value sc r) (a :: b :: terms))
            | None => []
            end
        | Listed items =>
            let there i := bind sc n (key_of sc i) (depends sc i) in
            let with_ i := put r n (word_of (eval M i r)) in
            let best i :=
              match eval M i r, eval M c r with
              | One (Word w), One (Word v) => N.eqb w v && truth (eval M f (with_ i)) | _, _ => false
              end in
            let none := match eval M c r with One _ => false | _ => true end in
            concat (pick sc ((none, []) :: map (fun i => (best i, sel f (Wants true) (there i) (with_ i))) items)
                    :: map (fun i => sel i Value sc r) items
                    ++ map (fun i => sel f (Wants false) (there i) (with_ i)) items)
        | Choice t a b =>
            concat [sel t (Wants true) sc r; sel t (Wants false) sc r;
                    sel (Extremum k n a f) Value sc r; sel (Extremum k n b f) Value sc r]
        | _ => []
        end
    | (Not _ | And _ | Or _ | Same _ _ | Exists _ _ _ | Member _ _), Value =>
        concat [sel c (Wants true) sc r; sel c (Wants false) sc r]
    | Not f, Wants t => sel f (Wants (negb t)) sc r
    | And fs, Wants t =>
        if t then concat (map (fun f => sel f (Wants t) sc r) fs)
        else pick sc (map (fun f => (eqb (is f) t, sel f (Wants t) sc r)) fs)
    | Or fs, Wants t =>
        if t then pick sc (map (fun f => (eqb (is f) t, sel f (Wants t) sc r)) fs)
        else concat (map (fun f => sel f (Wants t) sc r) fs)
    | Same a b, Wants t =>
        pick sc [(is a, sel a (Wants true) sc r ++ sel b (Wants t) sc r);
                 (negb (is a), sel a (Wants false) sc r ++ sel b (Wants (negb t)) sc r)]
    | Exists n d f, Wants t =>
        match d with
        | Var (Name s) =>
            if is_set sets s then
              if t then
                let key := condition sc n f in
                [Witness s KSome key]
                ++ sel f (Wants true) (bind sc n (Chosen s KSome key) false) (put r n (den p (Chosen s KSome key)))
              else sel f (Wants false) (under_every sc n (Some s)) (put r n 0%N)
            else if t then [] else sel f (Wants false) (under_every sc n None) (put r n 0%N)
        | Listed items =>
            let there i := bind sc n (key_of sc i) (depends sc i) in
            let with_ i := put r n (word_of (eval M i r)) in
            let met i := match eval M i r with One (Word w) => truth (eval M f (put r n w)) | _ => false end in
            let ways := map (fun i => (met i, sel i Value sc r ++ sel f (Wants t) (there i) (with_ i))) items in
            if t then pick sc ways else concat (map snd ways)
        | Interval a b =>
            if t then
              let key := InRange (level sc) (key_of sc d) (condition sc n f) in
              concat [sel a Value sc r; sel b Value sc r;
                      sel f (Wants true) (bind sc n key (above sc)) (put r n (den p key))]
            else []
        | Choice x a b =>
            pick sc [(is x, sel x (Wants true) sc r ++ sel (Exists n a f) m sc r);
                     (negb (is x), sel x (Wants false) sc r ++ sel (Exists n b f) m sc r)]
        | _ => []
        end
    | Member i d, Wants t =>
        match d with
        | Var (Name s) =>
            if is_set sets s then
              sel i Value sc r ++
                (if t then
                   if depends sc i then match goes_through sc i with Some source => [Kept s source] | None => [] end
                   else [Witness s KSome (Is (key_of sc i))]
                 else [])
            else []
        | Listed items => concat (map (fun x => sel x Value sc r) (i :: items))
        | Interval a b => concat (map (fun x => sel x Value sc r) [i; a; b])
        | Choice x a b =>
            pick sc [(is x, sel x (Wants true) sc r ++ sel (Member i a) m sc r);
                     (negb (is x), sel x (Wants false) sc r ++ sel (Member i b) m sc r)]
        | _ => []
        end
    | _, _ => match parts_of c with Some cs => concat (map (fun x => sel x Value sc r) cs) | None => [] end
    end
  end.

End Chosen.
