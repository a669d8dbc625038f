(** How many elements a set needs so that looking at that many is looking at them all: [model/branches.py],
    [model/witnesses.py] and [model/cutoff.py], function by function. [Theorem.v] says that it is right. *)

From Coq Require Import List NArith String Bool Arith.
From Parley Require Import Core.
Import ListNotations.
Open Scope bool_scope.
Open Scope list_scope.

(** * Witnesses ([branches.py]) *)

(** Whether any element is chosen that meets a condition, or the greatest, or the least. *)
Inductive kind := KSome | KBest (k : optimum).

(** Stand-ins for terms and conditions: where two keys are equal, so are their values, in every model.

    [Every] is the variable of an `every`, over a set if that is one; [Of] a node with what its variables are; [Chosen]
    is what is chosen from a set, and [InRange] what is found in a range. [Always] is the condition that everything
    meets, [Meets] what a body says of its variable, and [Is] that something is a certain term's value. [Short] is what a
    long key was shortened to: a key of its own, of which the implementation keeps a number. *)
Inductive key :=
  | Every (level : nat) (over : option string)
  | Of (node : core) (around : list (nat * key))
  | Chosen (set : string) (k : kind) (condition : key)
  | InRange (level : nat) (domain condition : key)
  | Always
  | Meets (bound : nat) (body : core) (around : list (nat * key))
  | Is (term : key)
  | Short (k : key).

(** [Witness] and [Kept]. *)
Inductive asked := Witness (of : string) (k : kind) (condition : key) | Kept (of source : string).

Definition key_eq_dec : forall x y : key, {x = y} + {x <> y}.
Proof.
  fix rec 1; intros x y; decide equality; auto using core_eq_dec, Nat.eq_dec, string_dec;
    try (apply list_eq_dec; decide equality; apply Nat.eq_dec);
    repeat decide equality.
Defined.

Definition asked_eq_dec : forall x y : asked, {x = y} + {x <> y}.
Proof. decide equality; auto using string_dec, key_eq_dec; repeat decide equality. Defined.

(** The witnesses that one way of coming true asks for; and all ways. *)
Definition branch := list asked.
Definition branches := list branch.

Definition within (a b : branch) : bool := forallb (fun w => if in_dec asked_eq_dec w b then true else false) a.

(** A branch that asks for what another asks for, too, says nothing. (The implementation takes branches together where
    they are many: that asks for more.) *)
Definition keep (kept : branches) (b : branch) : branches :=
  if existsb (within b) kept then kept else b :: filter (fun other => negb (within other b)) kept.
Definition pruned (bs : branches) : branches := fold_left keep bs [].

Definition nothing : branches := [[]].
Definition union (a b : branch) : branch := nodup asked_eq_dec (a ++ b).
Definition both (l r : branches) : branches := pruned (flat_map (fun a => map (union a) r) l).

(** None is what leaves the fragment. *)
Definition both_of (l r : option branches) : option branches :=
  match l, r with Some l, Some r => Some (both l r) | _, _ => None end.
Definition all_of (parts : list (option branches)) : option branches := fold_right both_of (Some nothing) parts.

Definition sum_of (l r : option branches) : option branches :=
  match l, r with Some l, Some r => Some (l ++ r) | _, _ => None end.
Definition any_of (parts : list (option branches)) : option branches :=
  match fold_right sum_of (Some []) parts with
  | Some [] => Some nothing
  | Some bs => Some (pruned bs)
  | None => None
  end.

(** * Where an expression stands ([Scope]) *)

Record scope := {
  bound : list (nat * (key * bool));  (* what each bound variable is; whether it depends on the variable of an `every` *)
  above : bool;  (* whether there is an `every` around *)
  level : nat
}.

Fixpoint lookup {A} (n : nat) (l : list (nat * A)) : option A :=
  match l with [] => None | (m, a) :: l => if Nat.eqb n m then Some a else lookup n l end.

Definition bind (sc : scope) (n : nat) (k : key) (depends : bool) : scope :=
  {| bound := (n, (Short k, depends)) :: bound sc; above := above sc; level := S (level sc) |}.

Definition under_every (sc : scope) (n : nat) (over : option string) : scope :=
  {| bound := (n, (Every (level sc) over, true)) :: bound sc; above := true; level := S (level sc) |}.

Definition depends (sc : scope) (c : core) : bool :=
  existsb (fun n => match lookup n (bound sc) with Some (_, d) => d | None => false end) (free c).

Definition around (sc : scope) (c : core) : list (nat * key) :=
  flat_map (fun n => match lookup n (bound sc) with Some (k, _) => [(n, k)] | None => [] end)
           (nodup Nat.eq_dec (free c)).

Definition key_of (sc : scope) (c : core) : key :=
  match c with
  | Var (Bound n) => match lookup n (bound sc) with Some (k, _) => k | None => Of c [] end
  | _ => Of c (around sc c)
  end.

Definition is_true (c : core) : bool := match c with Constant (Truth true) _ => true | _ => false end.

Definition condition (sc : scope) (n : nat) (body : core) : key :=
  if is_true body then Always else Meets n body (around sc body).

Definition goes_through (sc : scope) (c : core) : option string :=
  match c with
  | Var (Bound n) => match lookup n (bound sc) with Some (Every _ over, _) => over | _ => None end
  | _ => None
  end.

(** Beneath an `every`, different elements may take different ways: all their witnesses may be wanted at once. *)
Definition either (sc : scope) (parts : list (option branches)) : option branches :=
  if above sc then all_of parts else any_of parts.

(** * What a formula asks for ([of_formula], [of_term]) *)

(** That a formula comes out so; or that a term, or a formula that is one, has the value that it has. *)
Inductive mode := Wants (truth : bool) | Value.

(** The parts of what is a term, or an atom, whose parts are terms. *)
Definition parts_of (c : core) : option (list core) :=
  match c with
  | Bits a _ _ => Some [a]
  | Replaced a _ cs => Some (a :: cs)
  | Compare _ a b | Interval a b => Some [a; b]
  | Applied _ cs | Listed cs => Some cs
  | Constant _ _ | Var (Bound _) => Some []
  | _ => None
  end.

Definition is_var (n : nat) (c : core) : bool := match c with Var (Bound m) => Nat.eqb n m | _ => false end.

(** [bounds_of], [bound_of] of [spec/ways.py]: the terms of the bounds that a condition on a variable consists of. *)
Definition bound_of (n : nat) (c : core) : option core :=
  match c with
  | Compare Less a b | Compare AtMost a b =>
      if is_var n a && negb (existsb (Nat.eqb n) (free b)) then Some b
      else if is_var n b && negb (existsb (Nat.eqb n) (free a)) then Some a
      else None
  | _ => None
  end.
Definition every_some {A B} (f : A -> option B) (l : list A) : option (list B) :=
  fold_right (fun a bs => match f a, bs with Some b, Some bs => Some (b :: bs) | _, _ => None end) (Some []) l.
Definition bounds_of (n : nat) (c : core) : option (list core) :=
  if is_true c then Some []
  else match c with And cs => every_some (bound_of n) cs | _ => every_some (bound_of n) [c] end.

Section Asks.

(** The sets that may lose elements: [Cutoffs.sets]. *)
Variable sets : list string.

Definition is_set (s : string) : bool := if in_dec string_dec s sets then true else false.

(** The recursion ends by [fuel], of which twice the size is enough; where it did not, there would be no cutoff. *)
Fixpoint asks (fuel : nat) (c : core) (m : mode) (sc : scope) : option branches :=
  match fuel with
  | O => None
  | S fuel =>
    let asks := asks fuel in
    match c, m with
    | Var (Name s), _ => if is_set s then None else Some nothing
    | Choice t a b, _ =>
        either sc [both_of (asks t (Wants true) sc) (asks a m sc); both_of (asks t (Wants false) sc) (asks b m sc)]
    | Extremum k n d f, _ =>
        match d with
        | Var (Name s) =>
            if is_set s then
              if depends sc f then None
              else
                let key := condition sc n f in
                all_of [Some [[Witness s (KBest k) key]];
                        asks f (Wants true) (bind sc n (Chosen s (KBest k) key) false);
                        asks f (Wants false) (under_every sc n (Some s))]
            else (* An end of a range. *) if is_true f then Some nothing else None
        | Interval a b =>
            match bounds_of n f with
            | Some terms => all_of (map (fun t => asks t Value sc) (a :: b :: terms))
            | None => None
            end
        | Listed items =>
            let there i := bind sc n (key_of sc i) (depends sc i) in
            all_of (either sc (Some nothing :: map (fun i => asks f (Wants true) (there i)) items)
                    :: map (fun i => asks i Value sc) items ++ map (fun i => asks f (Wants false) (there i)) items)
        | Choice t a b =>
            all_of [asks t (Wants true) sc; asks t (Wants false) sc;
                    asks (Extremum k n a f) Value sc; asks (Extremum k n b f) Value sc]
        | _ => None
        end
    | (Not _ | And _ | Or _ | Same _ _ | Exists _ _ _ | Member _ _), Value =>
        all_of [asks c (Wants true) sc; asks c (Wants false) sc]
    | Not f, Wants t => asks f (Wants (negb t)) sc
    | And fs, Wants t => (if t then all_of else either sc) (map (fun f => asks f (Wants t) sc) fs)
    | Or fs, Wants t => (if t then either sc else all_of) (map (fun f => asks f (Wants t) sc) fs)
    | Same a b, Wants t =>
        either sc [both_of (asks a (Wants true) sc) (asks b (Wants t) sc);
                   both_of (asks a (Wants false) sc) (asks b (Wants (negb t)) sc)]
    | Exists n d f, Wants t =>
        match d with
        | Var (Name s) =>
            if is_set s then
              if t then
                if depends sc f then None
                else
                  let key := condition sc n f in
                  both_of (Some [[Witness s KSome key]]) (asks f (Wants true) (bind sc n (Chosen s KSome key) false))
              else asks f (Wants false) (under_every sc n (Some s))
            else (* All values of an open output: [Cutoffs._silent_as_chosen]. *)
              if t then None else asks f (Wants false) (under_every sc n None)
        | Listed items =>
            (if t then either sc else all_of)
              (map (fun i => both_of (asks i Value sc) (asks f (Wants t) (bind sc n (key_of sc i) (depends sc i)))) items)
        | Interval a b =>
            if t then
              let key := InRange (level sc) (key_of sc d) (condition sc n f) in
              all_of [asks a Value sc; asks b Value sc; asks f (Wants true) (bind sc n key (above sc))]
            else None
        | Choice x a b =>
            either sc [both_of (asks x (Wants true) sc) (asks (Exists n a f) m sc);
                       both_of (asks x (Wants false) sc) (asks (Exists n b f) m sc)]
        | _ => None
        end
    | Member i d, Wants t =>
        match d with
        | Var (Name s) =>
            if is_set s then
              both_of (asks i Value sc)
                (if t then
                   if depends sc i then option_map (fun source => [[Kept s source]]) (goes_through sc i)
                   else Some [[Witness s KSome (Is (key_of sc i))]]
                 else Some nothing)
            else None
        | Listed items => all_of (map (fun x => asks x Value sc) (i :: items))
        | Interval a b => all_of (map (fun x => asks x Value sc) [i; a; b])
        | Choice x a b =>
            either sc [both_of (asks x (Wants true) sc) (asks (Member i a) m sc);
                       both_of (asks x (Wants false) sc) (asks (Member i b) m sc)]
        | _ => None
        end
    | _, _ => match parts_of c with Some cs => all_of (map (fun x => asks x Value sc) cs) | None => None end
    end
  end.

End Asks.

(** * How many ([_count], [needed]) *)

Definition witnesses_of (s : string) (b : branch) : branch :=
  filter (fun w => match w with Witness of _ _ => if string_dec of s then true else false | _ => false end)
         (nodup asked_eq_dec b).

(** `some` is met by what is chosen as the greatest or the least by the same condition. *)
Definition covered (b : branch) (w : asked) : bool :=
  match w with
  | Witness s KSome c =>
      if in_dec asked_eq_dec (Witness s (KBest Max) c) b then true
      else if in_dec asked_eq_dec (Witness s (KBest Min) c) b then true else false
  | _ => false
  end.
Definition kept (s : string) (b : branch) : branch := filter (fun w => negb (covered b w)) (witnesses_of s b).

Definition for_emptiness (w : asked) : bool := match w with Witness _ KSome Always => true | _ => false end.
Definition beyond_emptiness (s : string) (b : branch) : branch := filter (fun w => negb (for_emptiness w)) (kept s b).

(** A set that must not be empty needs no element for that where anything else is chosen from it. *)
Definition count_of (s : string) (b : branch) : nat :=
  match List.length (beyond_emptiness s b) with O => Nat.min (List.length (kept s b)) 1 | n => n end.

(** The sets whose elements are kept in some sets, if only by way of others, and those. *)
Fixpoint sources (fuel : nat) (b : branch) (known : list string) : list string :=
  let more := flat_map (fun w =>
    match w with
    | Kept of source => if in_dec string_dec of known then if in_dec string_dec source known then [] else [source] else []
    | _ => []
    end) b in
  match more, fuel with source :: _, S fuel => sources fuel b (source :: known) | _, _ => known end.

Definition needed (s : string) (b : branch) : nat :=
  sum (map (fun one => count_of one b) (sources (List.length b) b [s])).

Definition outermost : scope := {| bound := []; above := false; level := 0 |}.

(** The branches of a formula that is to hold. A query is the conjunction of its goals, and what is assumed. *)
Definition branches_of (sets : list string) (f : core) : option branches :=
  asks sets (2 * size f) f (Wants true) outermost.

Definition largest (l : list nat) : nat := fold_right Nat.max 0 l.

(** The cutoff of each set; None where none is known. *)
Definition cutoff (sets : list string) (f : core) : option (list (string * nat)) :=
  option_map (fun bs => map (fun s => (s, largest (map (needed s) bs))) sets) (branches_of sets f).
