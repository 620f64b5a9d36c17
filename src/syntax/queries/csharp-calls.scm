; Calls, constructions and attributes; which of them mean something is decided by name in csharp/.

(invocation_expression function: (identifier) @call.name arguments: (argument_list) @call.arguments) @call
(invocation_expression
  function: (generic_name (identifier) @call.name (type_argument_list) @call.types)
  arguments: (argument_list) @call.arguments) @call
(invocation_expression
  function: (member_access_expression expression: (_) @call.receiver name: (identifier) @call.name)
  arguments: (argument_list) @call.arguments) @call
(invocation_expression
  function: (member_access_expression
    expression: (_) @call.receiver
    name: (generic_name (identifier) @call.name (type_argument_list) @call.types))
  arguments: (argument_list) @call.arguments) @call
(invocation_expression
  function: (conditional_access_expression
    condition: (_) @call.receiver
    (member_binding_expression name: (identifier) @call.name))
  arguments: (argument_list) @call.arguments) @call

(object_creation_expression type: (_) @new.name arguments: (argument_list)? @new.arguments) @new
(variable_declaration
  type: (_) @new.name
  (variable_declarator
    (implicit_object_creation_expression (argument_list) @new.arguments) @new)) @_root

(property_declaration
  type: (_) @new.name
  value: (implicit_object_creation_expression (argument_list) @new.arguments) @new) @_root

(attribute name: (_) @annotation.name (attribute_argument_list)? @annotation.arguments) @annotation

(variable_declarator
  name: (identifier) @made.name
  [(invocation_expression) (object_creation_expression) (await_expression)] @made.value) @made
(assignment_expression
  left: [(identifier) (member_access_expression)] @made.name
  right: [(invocation_expression) (object_creation_expression)] @made.value) @made
(variable_declaration type: (_) @typed.type (variable_declarator name: (identifier) @typed.name)) @typed
(parameter type: (_) @typed.type name: (identifier) @typed.name) @typed
(property_declaration type: (_) @typed.type name: (identifier) @typed.name) @typed

; new Dictionary<string, object> { ["service.name"] = "shop" }
(assignment_expression
  left: [(element_access_expression) (element_binding_expression)] @service.key
  right: (_) @service.value
  (#match? @service.key "service\\.name")) @service
(initializer_expression
  (initializer_expression
    . (string_literal) @service.key
    . (_) @service.value .)  @service
  (#eq? @service.key "\"service.name\"")) @_root

; topic = configuration["Kafka:Topic"] ?? "orders"
(variable_declarator
  name: (identifier) @setting.name
  [
    (element_access_expression subscript: (bracketed_argument_list (argument (string_literal))))
    (binary_expression left: (element_access_expression subscript: (bracketed_argument_list (argument (string_literal)))))
    (binary_expression left: (invocation_expression arguments: (argument_list . (argument (string_literal)))))
  ] @setting.value) @setting
(assignment_expression
  left: [(identifier) (member_access_expression)] @setting.name
  right: [
    (element_access_expression subscript: (bracketed_argument_list (argument (string_literal))))
    (binary_expression left: (element_access_expression subscript: (bracketed_argument_list (argument (string_literal)))))
    (binary_expression left: (invocation_expression arguments: (argument_list . (argument (string_literal)))))
  ] @setting.value) @setting
