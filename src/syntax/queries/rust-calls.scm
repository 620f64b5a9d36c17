; Calls and macros; which of them mean something is decided by name in rust/.

(call_expression function: (identifier) @call.name arguments: (arguments) @call.arguments) @call
(call_expression
  function: (field_expression value: (_) @call.receiver field: (field_identifier) @call.name)
  arguments: (arguments) @call.arguments) @call
(call_expression
  function: (scoped_identifier path: (_) @call.receiver name: (identifier) @call.name)
  arguments: (arguments) @call.arguments) @call
(call_expression
  function: (generic_function function: (scoped_identifier path: (_) @call.receiver name: (identifier) @call.name))
  arguments: (arguments) @call.arguments) @call
(call_expression
  function: (generic_function
    function: (field_expression value: (_) @call.receiver field: (field_identifier) @call.name))
  arguments: (arguments) @call.arguments) @call

(macro_invocation macro: (identifier) @macro.name (token_tree) @macro.arguments) @macro
(macro_invocation macro: (scoped_identifier name: (identifier) @macro.name) (token_tree) @macro.arguments) @macro

(let_declaration pattern: (identifier) @made.name value: [(call_expression) (await_expression) (try_expression)] @made.value) @made
(parameter pattern: (identifier) @typed.name type: (_) @typed.type) @typed
(field_declaration name: (field_identifier) @typed.name type: (_) @typed.type) @typed
