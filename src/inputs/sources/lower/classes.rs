//! What the languages share whose code stands in typed classes: C#, Java and Kotlin.
//!
//! Classes that nest, members that are named without `this`, declared types, and the expressions that
//! mean the same in all three. No node of a grammar is named here.

use tree_sitter::Node;

use super::Lower;
use crate::program::{
    CallKind, ChoiceKind, ClassId, ExprId, ExprKind, FunctionId, Parameter, Property, SymbolId,
};
use crate::text::Span;

/// A class whose body the cursor is in.
pub(super) struct Open {
    id: ClassId,
    full_name: String,
    /// Names that mean a member of it.
    members: Vec<Box<str>>,
    /// The class that was current before.
    before: Option<ClassId>,
}

/// Types that stand around the one that matters: what is in them, is what is meant.
const WRAPPERS: &[&str] = &[
    "Task",
    "ValueTask",
    "List",
    "IList",
    "ICollection",
    "IEnumerable",
    "IReadOnlyList",
    "IReadOnlyCollection",
    "IAsyncEnumerable",
    "IQueryable",
    "DbSet",
    "IDbSet",
    "IOrderedQueryable",
    "IMongoCollection",
    "HashSet",
    "ISet",
    "Nullable",
    "Dictionary",
    "IDictionary",
    "Lazy",
    "ActionResult",
    "RestResponse",
    "IRestResponse",
    "ApiResponse",
    "Collection",
    "Set",
    "Map",
    "HashMap",
    "ArrayList",
    "LinkedList",
    "Iterable",
    "Iterator",
    "Stream",
    "Optional",
    "CompletableFuture",
    "CompletionStage",
    "Future",
    "Promise",
    "Mono",
    "Flux",
    "Single",
    "Maybe",
    "Observable",
    "Flowable",
    "Call",
    "Response",
    "ResponseEntity",
    "HttpEntity",
    "HttpResponse",
    "HttpRequest",
    "ParameterizedTypeReference",
    "TypeReference",
    "TypeToken",
    "Class",
    "KClass",
    "Supplier",
    "Provider",
    "MutableList",
    "MutableSet",
    "MutableMap",
    "Array",
    "Sequence",
    "Deferred",
    "Flow",
    "StateFlow",
    "MutableStateFlow",
    "SharedFlow",
    "MutableSharedFlow",
    "LiveData",
    "MutableLiveData",
    "State",
    "MutableState",
    "Channel",
    "ReceiveChannel",
    "BehaviorSubject",
    "PublishSubject",
    "ObservableField",
    "ObservableCollection",
    "ObservableList",
    "ReactiveProperty",
    "Result",
    "AtomicReference",
    "ConsumeContext",
    "IAsyncResult",
    "ConcurrentHashMap",
    "ConcurrentDictionary",
    "TreeMap",
    "LinkedHashMap",
    "LinkedHashSet",
    "TreeSet",
    "Queue",
    "Deque",
    "IReadOnlyDictionary",
    "ImmutableList",
    "ImmutableSet",
    "ImmutableMap",
    "Uni",
    "Multi",
    "Option",
];

/// Types of values that have no parts.
const PLAIN: &[&str] = &[
    "var",
    "val",
    "void",
    "string",
    "int",
    "long",
    "short",
    "byte",
    "bool",
    "char",
    "double",
    "float",
    "decimal",
    "uint",
    "ulong",
    "boolean",
    "String",
    "Integer",
    "Int",
    "Long",
    "Short",
    "Byte",
    "Boolean",
    "Character",
    "Char",
    "Double",
    "Float",
    "Number",
    "BigDecimal",
    "BigInteger",
    "Unit",
    "Void",
    "DateTime",
    "DateTimeOffset",
    "DateOnly",
    "TimeSpan",
    "Guid",
    "UUID",
    "Uri",
    "URI",
    "URL",
    "Url",
    "Date",
    "Instant",
    "LocalDate",
    "LocalDateTime",
    "ZonedDateTime",
    "OffsetDateTime",
    "Duration",
    "CharSequence",
    "Locale",
];

/// Annotations that give a property another name in JSON.
const WIRE: &[&str] = &[
    "JsonProperty",
    "JsonPropertyName",
    "JsonbProperty",
    "SerializedName",
    "SerialName",
    "DataMember",
    "Json",
    "JsonField",
    "JSONField",
    "DeserializeAs",
];

/// An annotation or attribute: its name and the texts among its arguments.
pub(super) struct Note {
    pub(super) name: Box<str>,
    pub(super) texts: Vec<Box<str>>,
}

/// The name in JSON that annotations give.
pub(super) fn wire_name(notes: &[Note]) -> Option<Box<str>> {
    notes.iter().find(|n| WIRE.contains(&&*n.name)).and_then(|n| n.texts.first().cloned())
}

/// The names of annotations.
pub(super) fn names(notes: &[Note]) -> Vec<Box<str>> {
    notes.iter().map(|n| n.name.clone()).collect()
}

/// Whether a written type has no parts: a text, a number, a date.
pub(super) fn is_plain(text: &str) -> bool {
    inner_type(text).is_some_and(|t| PLAIN.contains(&t))
}

/// The name of a type without its wrappers, or `None` when it says nothing: `Task<List<User>?>` is
/// `User`, `com.example.User[]` is `com.example.User`.
pub(super) fn type_name(text: &str) -> Option<Box<str>> {
    inner_type(text).filter(|t| !PLAIN.contains(t)).map(Into::into)
}

fn inner_type(text: &str) -> Option<&str> {
    let mut text = text;
    for _ in 0..8 {
        text = text.trim().trim_end_matches(['?', '!', '&', '*']).trim_end();
        while let Some(rest) = text.strip_suffix(']') {
            text = rest.rsplit_once('[')?.0.trim_end_matches(['?', ' ']);
        }
        for word in ["out ", "in ", "? extends ", "? super ", "final ", "suspend ", "ref ", "readonly "] {
            text = text.strip_prefix(word).unwrap_or(text).trim_start();
        }
        match text.split_once('<') {
            Some((outer, arguments)) => {
                let last = outer.rsplit('.').next().unwrap_or(outer).trim();
                if !WRAPPERS.contains(&last) {
                    text = outer;
                    break;
                }
                text = last_argument(arguments.strip_suffix('>')?);
            }
            None => break,
        }
    }
    let named = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !part.starts_with(|c: char| c.is_ascii_digit())
    };
    (text.len() <= 200 && text.split('.').all(named)).then_some(text)
}

/// The last of a list of type arguments.
fn last_argument(text: &str) -> &str {
    let mut depth = 0usize;
    let mut start = 0;
    for (i, c) in text.char_indices() {
        match c {
            '<' | '(' => depth += 1,
            '>' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => start = i + 1,
            _ => {}
        }
    }
    text.get(start..).unwrap_or(text)
}

/// A literal's content with the common escapes undone.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

/// Methods that put their last argument into a collection, a map or a text that is being built.
const ADDS: &[&str] = &[
    "add",
    "addAll",
    "addFirst",
    "addLast",
    "offer",
    "push",
    "enqueue",
    "append",
    "appendLine",
    "put",
    "putIfAbsent",
    "putAll",
    "plusAssign",
    "accept",
    "Add",
    "AddRange",
    "AddLast",
    "AddFirst",
    "TryAdd",
    "Append",
    "AppendLine",
    "AppendFormat",
    "Enqueue",
    "Push",
    "Insert",
    "AddOrUpdate",
    "setProperty",
    "addProperty",
    "accumulate",
    "putPOJO",
    "putOpt",
    "putString",
    "putExtra",
    "addFormDataPart",
    "appendQueryParameter",
];

impl Lower<'_> {
    /// Starts a class: names are looked up in it until `end_class`.
    pub(super) fn begin_class(&mut self, name: &str, members: Vec<Box<str>>, node: Node<'_>) -> ClassId {
        let id = self.builder.class(name);
        let around = self.classes.last().map_or(self.package.as_str(), |c| c.full_name.as_str());
        let full_name = if around.is_empty() { name.to_owned() } else { format!("{around}.{name}") };
        if let Some(class) = self.builder.class_mut(id) {
            class.full_name = full_name.as_str().into();
        }
        if !name.is_empty() {
            let value = self.builder.push(ExprKind::Class(id), Self::span(node));
            self.builder.export(name, value);
            if full_name != name {
                self.builder.export(&full_name, value);
            }
        }
        let before = self.class.replace(id);
        self.classes.push(Open { id, full_name, members, before });
        id
    }

    /// Ends the class that was started last.
    pub(super) fn end_class(&mut self) {
        if let Some(open) = self.classes.pop() {
            self.class = open.before;
        }
    }

    /// The object whose member a bare name is, when one of the classes around has a member of it.
    pub(super) fn owner(&mut self, name: &str, span: Span) -> Option<ExprId> {
        let class = self.classes.iter().rev().find(|c| c.members.iter().any(|m| **m == *name))?.id;
        // A member of a class further out, or read where a field is given its first value: which object it belongs to
        // does not matter there.
        let own = self.class == Some(class) && self.builder.class_of_method() == Some(class);
        let kind = if own { ExprKind::This } else { ExprKind::Class(class) };
        Some(self.builder.push(kind, span))
    }

    /// Says what a class extends or implements.
    pub(super) fn parent(&mut self, class: ClassId, written: &str, base: Option<ExprId>) {
        let Some(name) = type_name(written) else { return };
        let last: Box<str> = name.rsplit('.').next().unwrap_or(&name).into();
        // `interface Members extends JpaRepository<Member, Long>`
        const STORES: &[&str] = &["Repository", "Repo", "Dao", "Mapper"];
        let kept = written.split_once('<').and_then(|(_, arguments)| arguments.split([',', '>']).next());
        let kept = kept.filter(|_| STORES.iter().any(|s| last.ends_with(s))).and_then(|k| self.declared(k));
        if let Some(class) = self.builder.class_mut(class) {
            class.results.extend(kept.map(|kept| (Box::from("*"), kept)));
            class.parents.push(last);
            if class.base.is_none() {
                class.base = base;
            }
        }
    }

    /// Says of what type the result of a method without a body is.
    pub(super) fn promises_result(&mut self, name: &str, written_type: &str) {
        let declared = self.declared(written_type);
        if let (Some(declared), Some(class)) = (declared, self.class.and_then(|c| self.builder.class_mut(c)))
        {
            class.results.push((name.into(), declared));
        }
    }

    /// What `base(…)` and `super(…)`, or `this(…)`, call in a constructor.
    pub(super) fn constructed(&mut self, class: ClassId, base: bool, node: Node<'_>) -> ExprId {
        let known = self.builder.class_mut(class).and_then(|c| c.base);
        match known.filter(|_| base) {
            Some(base) => self.builder.push(ExprKind::Same(base), Self::span(node)),
            None if base => self.constant(node),
            None => self.builder.push(ExprKind::Class(class), Self::span(node)),
        }
    }

    /// Adds a field or property to a class.
    pub(super) fn field(
        &mut self,
        class: ClassId,
        name: &str,
        written_type: &str,
        wire: Option<Box<str>>,
        value: Option<ExprId>,
    ) {
        let declared = self.declared(written_type);
        let Some(class) = self.builder.class_mut(class) else { return };
        if let Some(value) = value {
            class.fields.push((name.into(), value));
        }
        if let Some(declared) = &declared {
            class.field_types.push((name.into(), declared.clone()));
        }
        // What is not written as a type that is known to have no parts may hold anything.
        let type_name = if is_plain(written_type) { None } else { declared.or_else(|| Some("?".into())) };
        class.properties.push(Property { name: name.into(), wire, type_name });
    }

    /// Adds a method to a class.
    pub(super) fn add_method(&mut self, class: ClassId, name: &str, function: FunctionId) {
        if let Some(class) = self.builder.class_mut(class) {
            class.methods.push((name.into(), function));
        }
    }

    /// The name of a written type. One that is written with its package is made known as if it had been
    /// imported.
    pub(super) fn declared(&mut self, written: &str) -> Option<Box<str>> {
        let name = type_name(written)?;
        if let Some((package, last)) = name.rsplit_once('.')
            && package.starts_with(|c: char| c.is_ascii_lowercase())
            && self.lookup(&name).is_none()
            && let Some(outermost) = self.scopes.first_mut()
        {
            let symbol = self.builder.symbol(&name);
            outermost.insert(name.clone(), symbol);
            let kind = ExprKind::Import { specifier: package.into(), name: Some(last.into()) };
            let value = self.builder.push(kind, Span::at(0));
            self.builder.define(symbol, value);
        }
        Some(name)
    }

    /// Lowers a function; `inner` declares its parameters and lowers its body.
    pub(super) fn function(
        &mut self,
        name: Option<&str>,
        result: Option<Box<str>>,
        decorators: Vec<Box<str>>,
        node: Node<'_>,
        inner: impl FnOnce(&mut Self),
    ) -> FunctionId {
        let class = self.class;
        let id = self.builder.enter(name, class, Self::span(node));
        self.builder.decorate(decorators);
        self.results.push(result);
        self.open();
        let receivers = std::mem::take(&mut self.receivers);
        self.descend(inner);
        self.receivers = receivers;
        self.close();
        self.results.pop();
        self.builder.leave();
        id
    }

    /// Declares a parameter of the function that is being lowered; gives the expression for its value.
    pub(super) fn parameter(
        &mut self,
        name: &str,
        written_type: &str,
        rest: bool,
        fallback: Option<ExprId>,
        node: Node<'_>,
    ) -> ExprId {
        let span = Self::span(node);
        let declared = self.declared(written_type);
        let parameter = Parameter { name: name.into(), type_name: declared.clone(), rest };
        let mut value = self.builder.parameter(parameter, span);
        if let Some(fallback) = fallback {
            value = self.builder.push(ExprKind::Choice(ChoiceKind::Default, vec![value, fallback]), span);
        }
        let symbol = self.fresh(name);
        self.builder.define(symbol, value);
        self.builder.set_type(symbol, declared);
        value
    }

    /// A new variable of the innermost scope.
    pub(super) fn fresh(&mut self, name: &str) -> SymbolId {
        let symbol = self.builder.symbol(name);
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.into(), symbol);
        }
        symbol
    }

    /// Declares a local variable.
    pub(super) fn local(&mut self, name: &str, written_type: &str, value: Option<ExprId>) {
        let declared = self.declared(written_type);
        let symbol = self.fresh(name);
        if let Some(value) = value {
            self.builder.define(symbol, value);
        }
        self.builder.set_type(symbol, declared);
    }

    /// Says that the function that is being lowered returns a value.
    pub(super) fn give(&mut self, value: ExprId, node: Node<'_>) {
        let value = match self.results.last().cloned().flatten() {
            Some(type_name) => self.builder.push(ExprKind::Typed { value, type_name }, Self::span(node)),
            None => value,
        };
        self.builder.returns(value);
    }

    /// Says that the innermost function with a name returns a value, whatever lambdas it is said in.
    pub(super) fn give_around(&mut self, value: ExprId, node: Node<'_>) {
        let lambdas = self.builder.nameless();
        let declared = self.results.iter().rev().nth(lambdas).cloned().flatten();
        let value = match declared {
            Some(type_name) => self.builder.push(ExprKind::Typed { value, type_name }, Self::span(node)),
            None => value,
        };
        self.builder.returns_past(lambdas, value);
    }

    /// The same value, said to be of a type.
    pub(super) fn typed(&mut self, value: ExprId, written_type: &str, node: Node<'_>) -> ExprId {
        let kind = match self.declared(written_type) {
            Some(type_name) => ExprKind::Typed { value, type_name },
            None => ExprKind::Same(value),
        };
        self.builder.push(kind, Self::span(node))
    }

    /// A text.
    pub(super) fn literal(&mut self, text: &str, node: Node<'_>) -> ExprId {
        self.builder.push(ExprKind::Text(text.into()), Self::span(node))
    }

    /// An operation whose value is none of its operands.
    pub(super) fn operation(&mut self, operands: Vec<ExprId>, node: Node<'_>) -> ExprId {
        self.builder.push(ExprKind::Operation(operands), Self::span(node))
    }

    /// One of several values, or nothing.
    pub(super) fn either(&mut self, arms: Vec<ExprId>, node: Node<'_>) -> ExprId {
        self.builder.push(ExprKind::Choice(ChoiceKind::Either, arms), Self::span(node))
    }

    /// A comparison for being the same; one with nothing asks whether the other side is there.
    pub(super) fn equality(&mut self, sides: [(ExprId, bool); 2], node: Node<'_>) -> ExprId {
        let [(left, no_left), (right, no_right)] = sides;
        if no_left || no_right {
            self.builder.test(if no_left { right } else { left });
            return self.operation(vec![left, right], node);
        }
        self.builder.push(ExprKind::Equal(left, right), Self::span(node))
    }

    /// A call; a type that it is given makes its value one of that type.
    pub(super) fn call(
        &mut self,
        callee: ExprId,
        arguments: Vec<ExprId>,
        named: Vec<(Box<str>, ExprId)>,
        kind: CallKind,
        written_type: Option<&str>,
        node: Node<'_>,
    ) -> ExprId {
        self.remarks(callee, &arguments, node);
        let kind = ExprKind::Call { callee, arguments: arguments.into(), named: named.into(), kind };
        let call = self.builder.push(kind, Self::span(node));
        match written_type {
            Some(written) => self.typed(call, written, node),
            None => call,
        }
    }

    /// What a call says besides calling: `a.equals(b)` compares, `dto.setName(x)` writes a member,
    /// `Optional.ofNullable(x)` asks whether it is there.
    fn remarks(&mut self, callee: ExprId, arguments: &[ExprId], node: Node<'_>) {
        let (object, name) = match self.builder.kind(callee) {
            ExprKind::Member { object, property, .. } => (Some(*object), property.clone()),
            _ => return,
        };
        let Some(object) = object else { return };
        let span = Self::span(node);
        match (&*name, arguments) {
            ("equals" | "Equals" | "equalsIgnoreCase" | "contentEquals", [other]) => {
                self.builder.push(ExprKind::Equal(object, *other), span);
            }
            ("equals" | "Equals" | "equalsIgnoreCase", [left, right, ..]) => {
                let is_text = |kind: &ExprKind| matches!(kind, ExprKind::Member { .. } | ExprKind::Local(_));
                if is_text(self.builder.kind(*left)) && is_text(self.builder.kind(*right)) {
                    self.builder.push(ExprKind::Equal(*left, *right), span);
                }
            }
            (
                "ofNullable" | "IsNullOrEmpty" | "IsNullOrWhiteSpace" | "isBlank" | "isEmpty" | "isNotBlank"
                | "isNotEmpty" | "hasText" | "hasLength" | "nonNull" | "isNull",
                [asked, ..],
            ) => self.builder.test(*asked),
            ("isNullOrEmpty" | "isNullOrBlank" | "isBlank" | "isEmpty" | "orEmpty" | "ifEmpty", _) => {
                self.builder.test(object);
            }
            // `list.add(x)`, `text.append(x)`: what is put into a collection or a text comes out of it.
            (add, values) if ADDS.contains(&add) => {
                if let Some(value) = values.last() {
                    self.add_to(object, *value);
                }
            }
            // `BeanUtils.copyProperties(user, row)`: the row has what the user has.
            ("copyProperties", [from, into, ..]) => self.builder.write(*into, None, *from),
            (set, [value]) => self.set(object, set, *value),
            _ => {}
        }
    }

    /// `super` and `base`: what the class around extends, so that its methods are meant and not those that stand
    /// in their place.
    pub(super) fn extended(&mut self, node: Node<'_>) -> ExprId {
        let base = self.class.and_then(|c| self.builder.class_mut(c)).and_then(|c| c.base);
        let kind = base.map_or(ExprKind::This, ExprKind::Same);
        self.builder.push(kind, Self::span(node))
    }

    /// `user.setEmail(value)` and `user.SetEmail(value)` write a member.
    pub(super) fn set(&mut self, object: ExprId, name: &str, value: ExprId) {
        let Some(rest) = name.strip_prefix("set").or_else(|| name.strip_prefix("Set")) else { return };
        if let Some(first) = rest.chars().next().filter(char::is_ascii_uppercase) {
            let property = format!("{}{}", first.to_ascii_lowercase(), rest.get(1..).unwrap_or(""));
            self.builder.write(object, Some(property.into()), value);
        }
    }

    /// Says that a collection gets one more item; one that a field holds, gives it to whoever reads that.
    fn add_to(&mut self, object: ExprId, value: ExprId) {
        if let ExprKind::Member { object: owner, property, .. } = self.builder.kind(object)
            && matches!(self.builder.kind(*owner), ExprKind::This)
        {
            let property = property.clone();
            if let Some(class) = self.class.and_then(|c| self.builder.class_mut(c)) {
                class.fields.push((property, value));
            }
        }
        self.builder.write(object, None, value);
    }

    /// Says that `value` is assigned to what `target` names.
    pub(super) fn assign(&mut self, target: ExprId, value: ExprId) {
        match self.builder.kind(target).clone() {
            ExprKind::Local(symbol) => self.builder.define(symbol, value),
            // A name that is not declared here is a member of a class that this one extends.
            ExprKind::Global(name) => {
                if let Some(class) = self.class.and_then(|c| self.builder.class_mut(c)) {
                    class.fields.push((name, value));
                }
            }
            ExprKind::Member { object, property, .. } => {
                if matches!(self.builder.kind(object), ExprKind::This)
                    && let Some(class) = self.class.and_then(|c| self.builder.class_mut(c))
                {
                    class.fields.push((property.clone(), value));
                }
                self.builder.write(object, Some(property), value);
            }
            ExprKind::Index { object, .. } => self.builder.write(object, None, value),
            _ => {}
        }
    }

    /// `Type::method` and `Type.Method` handed on as a function: it calls the method on what it gets.
    pub(super) fn reference(&mut self, owner: &str, method: &str, node: Node<'_>) -> ExprId {
        let span = Self::span(node);
        let id = self.function(None, None, Vec::new(), node, |l| {
            l.parameter("it", owner, false, None, node);
            let it = l.name("it", span);
            let callee = l.member(it, method, span);
            let on_it = l.call(callee, Vec::new(), Vec::new(), CallKind::Call, None, node);
            let class = l.name(owner, span);
            let callee = l.member(class, method, span);
            let with_it = l.call(callee, vec![it], Vec::new(), CallKind::Call, None, node);
            let value = l.either(vec![on_it, with_it], node);
            l.builder.returns(value);
        });
        self.builder.push(ExprKind::Function(id), span)
    }

    /// `object.property`, or `object[index]` when the index is no literal text.
    pub(super) fn index(&mut self, object: ExprId, index: ExprId, node: Node<'_>) -> ExprId {
        let span = Self::span(node);
        match self.builder.kind(index).clone() {
            ExprKind::Text(text) => self.member(object, &text, span),
            _ => self.builder.push(ExprKind::Index { object, index }, span),
        }
    }

    /// `object?.property`.
    pub(super) fn optional(&mut self, object: ExprId, property: &str, span: Span) -> ExprId {
        let kind = ExprKind::Member { object, property: property.into(), optional: true, default: false };
        self.builder.push(kind, span)
    }

    /// A type that is called or whose members are read: `User`, `Outer.Inner`, `com.example.User`.
    pub(super) fn type_reference(&mut self, written: &str, node: Node<'_>) -> ExprId {
        let span = Self::span(node);
        let bare = written.split('<').next().unwrap_or(written).trim();
        let Some((first, rest)) = bare.split_once('.') else { return self.name(bare, span) };
        if self.lookup(first).is_none() && self.owner(first, span).is_none() {
            if let Some(name) = self.declared(bare)
                && let Some(symbol) = self.lookup(&name)
            {
                return self.builder.push(ExprKind::Local(symbol), span);
            }
            return self.builder.push(ExprKind::Global(bare.into()), span);
        }
        let mut value = self.name(first, span);
        for part in rest.split('.').take(16) {
            value = self.member(value, part, span);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::{is_plain, type_name, unescaped};

    #[test]
    fn types_without_their_wrappers() {
        let table = [
            ("User", Some("User")),
            ("Task<List<UserDto>?>", Some("UserDto")),
            ("Map<String, List<com.example.User>>", Some("com.example.User")),
            ("User[]", Some("User")),
            ("User?", Some("User")),
            ("Page<User>", Some("Page")),
            ("ResponseEntity<? extends User>", Some("User")),
            ("var", None),
            ("List<String>", None),
            ("(User) -> Unit", None),
            ("", None),
            ("<", None),
        ];
        for (written, expected) in table {
            assert_eq!(type_name(written).as_deref(), expected, "{written}");
        }
        assert!(is_plain("List<String>"));
        assert!(!is_plain("Object"));
    }

    #[test]
    fn escapes() {
        assert_eq!(unescaped(r#"a\"b\\c\n"#), "a\"b\\c\n");
        assert_eq!(unescaped("end\\"), "end");
    }
}
