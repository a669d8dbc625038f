(** The core language and what its formulas mean: [spec/core.py] and [model/evaluate.py], as far as the cutoff goes.

    A node is a term, a formula or a set, as there; one that is none of them where it stands has no value, or is false.
    Nothing here knows of types: what is proved holds of ill-typed nodes as well. *)

From Coq Require Import List NArith String Bool Arith Lia.
Import ListNotations.
Open Scope bool_scope.

(** A revision, a number or a value of an enumeration is a word; words are natural numbers, and may be as large as one likes. *)
Inductive scalar := Word (n : N) | Truth (b : bool).

(** Variables of declarations have names, bound ones have numbers ([Symbol]). *)
Inductive symbol := Name (s : string) | Bound (n : nat).

Inductive operator := Equal | Less | AtMost.
Inductive optimum := Max | Min.

(** [Constant.written], how it was written, tells two constants of one value apart; [Replaced.parts] is taken apart into
    the places, each its lowest bit and its width, and the numbers that are put there. ([Variable] is a word of Coq's.) *)
Inductive core :=
  | Constant (value : scalar) (written : nat)
  | Var (s : symbol)
  | Bits (of : core) (low width : N)
  | Replaced (of : core) (places : list (N * N)) (values : list core)
  | Extremum (kind : optimum) (bound : nat) (domain condition : core)
  | Choice (test yes no : core)
  | Compare (op : operator) (left right : core)
  | Member (item domain : core)
  | Applied (relation : string) (arguments : list core)
  | Not (operand : core)
  | And (operands : list core)
  | Or (operands : list core)
  | Same (left right : core)
  | Exists (bound : nat) (domain body : core)
  | Listed (items : list core)
  | Interval (low high : core).

(** [x is y] of the implementation: equal nodes are one node there. *)
Definition core_eq_dec : forall x y : core, {x = y} + {x <> y}.
Proof.
  fix rec 1; intros x y; decide equality; auto using N.eq_dec, Nat.eq_dec, string_dec, list_eq_dec;
    try (apply list_eq_dec; assumption);
    try (apply list_eq_dec; decide equality; apply N.eq_dec);
    repeat decide equality; auto using N.eq_dec, string_dec.
Defined.

Definition sum (l : list nat) : nat := fold_right Nat.add 0 l.

Fixpoint size (c : core) : nat :=
  match c with
  | Constant _ _ | Var _ => 1
  | Bits a _ _ | Not a => 1 + size a
  | Replaced a _ cs => 1 + size a + sum (map size cs)
  | Extremum _ _ a b | Compare _ a b | Member a b | Same a b | Exists _ a b | Interval a b => 1 + size a + size b
  | Choice a b d => 1 + size a + size b + size d
  | Applied _ cs | And cs | Or cs | Listed cs => 1 + sum (map size cs)
  end.

(** The bound variables that a node reads. *)
Fixpoint free (c : core) : list nat :=
  match c with
  | Constant _ _ | Var (Name _) => []
  | Var (Bound n) => [n]
  | Bits a _ _ | Not a => free a
  | Replaced a _ cs => free a ++ flat_map free cs
  | Compare _ a b | Member a b | Same a b | Interval a b => free a ++ free b
  | Extremum _ n a b | Exists n a b => free a ++ remove Nat.eq_dec n (free b)
  | Choice a b d => free a ++ free b ++ free d
  | Applied _ cs | And cs | Or cs | Listed cs => flat_map free cs
  end.

(** What a node has: nothing, a word or a truth value, or a set with these elements. *)
Inductive value := Nothing | One (s : scalar) | Many (elements : list N).

(** What the names of declarations are (a set that is a config, an input or an output is [Many] and finite), and the
    abstract relations. Which words are [well_formed] is the format's. *)
Record model := { names : string -> value; relations : string -> list scalar -> bool; well_formed : N -> bool }.

Definition truth (v : value) : bool := match v with One (Truth b) => b | _ => false end.
Definition elements (v : value) : list N := match v with Many l => l | _ => [] end.
Definition words (vs : list value) : list N := flat_map (fun v => match v with One (Word n) => [n] | _ => [] end) vs.
Definition scalars (vs : list value) : list scalar := flat_map (fun v => match v with One s => [s] | _ => [] end) vs.

Definition compare (op : operator) (l r : value) : bool :=
  match op, l, r with
  | Equal, One (Word a), One (Word b) => N.eqb a b
  | Equal, One (Truth a), One (Truth b) => eqb a b
  | Less, One (Word a), One (Word b) => N.ltb a b
  | AtMost, One (Word a), One (Word b) => N.leb a b
  | _, _, _ => false
  end.

Definition bits (v : value) (low width : N) : value :=
  match v with One (Word n) => One (Word (N.modulo (N.shiftr n low) (N.shiftl 1 width))) | _ => Nothing end.

(** A word with parts replaced one after the other; no value where a number does not fit. *)
Fixpoint replaced (word : N) (places : list (N * N)) (values : list value) : value :=
  match places, values with
  | (low, width) :: places, One (Word n) :: values =>
      if N.eqb (N.shiftr n width) 0
      then replaced (N.lor (N.ldiff word (N.shiftl (N.ones width) low)) (N.shiftl n low)) places values
      else Nothing
  | [], [] => One (Word word)
  | _, _ => Nothing
  end.

Definition further (k : optimum) (a b : N) : bool := match k with Max => N.ltb b a | Min => N.ltb a b end.

(** The greatest or the least of some words, if there are any. *)
Fixpoint best (k : optimum) (l : list N) : option N :=
  match l with
  | [] => None
  | a :: l => match best k l with Some b => Some (if further k a b then a else b) | None => Some a end
  end.

Definition word_or_nothing (o : option N) : value := match o with Some n => One (Word n) | None => Nothing end.

(** The words from one to another, in order. *)
Definition span (low high : N) : list N := map N.of_nat (seq (N.to_nat low) (S (N.to_nat high) - N.to_nat low)).

Definition interval (m : model) (l r : value) : value :=
  match l, r with One (Word a), One (Word b) => Many (filter (well_formed m) (span a b)) | _, _ => Many [] end.

(** What bound variables are. *)
Definition env := nat -> N.
Definition put (r : env) (n : nat) (w : N) : env := fun m => if Nat.eqb m n then w else r m.

Fixpoint eval (m : model) (c : core) (r : env) : value :=
  match c with
  | Constant v _ => One v
  | Var (Bound n) => One (Word (r n))
  | Var (Name s) => names m s
  | Bits a low width => bits (eval m a r) low width
  | Replaced a places cs =>
      match eval m a r with One (Word w) => replaced w places (map (fun c => eval m c r) cs) | _ => Nothing end
  | Extremum k n d c =>
      word_or_nothing (best k (filter (fun w => truth (eval m c (put r n w))) (elements (eval m d r))))
  | Choice t a b => if truth (eval m t r) then eval m a r else eval m b r
  | Compare op a b => One (Truth (compare op (eval m a r) (eval m b r)))
  | Member i d =>
      One (Truth (match eval m i r with One (Word w) => existsb (N.eqb w) (elements (eval m d r)) | _ => false end))
  | Applied s cs =>
      let vs := map (fun c => eval m c r) cs in
      One (Truth (Nat.eqb (List.length (scalars vs)) (List.length vs) && relations m s (scalars vs)))
  | Not a => One (Truth (negb (truth (eval m a r))))
  | And cs => One (Truth (forallb (fun c => truth (eval m c r)) cs))
  | Or cs => One (Truth (existsb (fun c => truth (eval m c r)) cs))
  | Same a b => One (Truth (eqb (truth (eval m a r)) (truth (eval m b r))))
  | Exists n d c => One (Truth (existsb (fun w => truth (eval m c (put r n w))) (elements (eval m d r))))
  | Listed cs => Many (words (map (fun c => eval m c r) cs))
  | Interval a b => interval m (eval m a r) (eval m b r)
  end.

(** No bound variable stands for anything, outside of what binds it. *)
Definition empty : env := fun _ => 0%N.

(** A closed formula holds in a model. *)
Definition holds (m : model) (f : core) : Prop := truth (eval m f empty) = true.
