; Calls and literals of structs; which of them mean something is decided by name in go/.

(call_expression function: (identifier) @call.name arguments: (argument_list) @call.arguments) @call
(call_expression
  function: (selector_expression operand: (_) @call.receiver field: (field_identifier) @call.name)
  arguments: (argument_list) @call.arguments) @call

; client := pb.NewOrdersClient(conn); s.client = …; &server{client: pb.NewOrdersClient(conn)}
(short_var_declaration
  left: (expression_list . (identifier) @made.name)
  right: (expression_list . [(call_expression) (unary_expression) (composite_literal)] @made.value)) @made
(assignment_statement
  left: (expression_list . [(identifier) (selector_expression)] @made.name)
  right: (expression_list . [(call_expression) (unary_expression) (composite_literal)] @made.value)) @made
(var_spec
  name: (identifier) @made.name
  value: (expression_list . [(call_expression) (unary_expression) (composite_literal)] @made.value)) @made
(keyed_element
  key: (literal_element (identifier) @made.name)
  value: (literal_element (call_expression) @made.value)) @made

(field_declaration name: (field_identifier) @typed.name type: (_) @typed.type) @typed
(parameter_declaration name: (identifier) @typed.name type: (_) @typed.type) @typed
(var_spec name: (identifier) @typed.name type: (_) @typed.type) @typed

(composite_literal
  type: [(type_identifier) (qualified_type)] @literal.type
  body: (literal_value) @literal.body) @literal

; rows of route tables: {Method: "GET", Path: "/x", Handler: h} and {"name", "GET", "/x", h}
(literal_value
  (keyed_element key: (literal_element (identifier) @_handler))
  (#any-of? @_handler "Handler" "HandlerFunc" "HandleFunc")) @routeEntry
(literal_value
  (literal_element [(interpreted_string_literal) (selector_expression)] @_method)
  (#match? @_method "^(\"(GET|POST|PUT|PATCH|DELETE)\"|http\\.Method[A-Z]\\w+)$")) @routeRow
