; Calls and constructions; which of them mean something is decided by name in javascript/.

(call_expression
  function: (identifier) @call.name
  arguments: (arguments) @call.arguments) @call
(call_expression
  function: (member_expression
    object: (_) @call.receiver
    property: [(property_identifier) (private_property_identifier)] @call.name)
  arguments: (arguments) @call.arguments) @call
(new_expression
  constructor: (identifier) @new.name
  arguments: (arguments) @new.arguments) @new
(new_expression
  constructor: (member_expression object: (_) @new.receiver property: (property_identifier) @new.name)
  arguments: (arguments) @new.arguments) @new

; const client = new pb.OrdersClient(…); this.client = …
(variable_declarator
  name: (identifier) @made.name
  value: [(call_expression) (new_expression) (await_expression)] @made.value) @made
(assignment_expression
  left: [(identifier) (member_expression)] @made.name
  right: [(call_expression) (new_expression) (await_expression)] @made.value) @made

; { 'service.name': 'shop' }, { [ATTR_SERVICE_NAME]: 'shop' }, process.env.OTEL_SERVICE_NAME = 'shop'
(pair
  key: [(string) (computed_property_name)] @service.key
  value: (_) @service.value
  (#match? @service.key "service\\.name|SERVICE_NAME")) @service
(assignment_expression
  left: [(member_expression) (subscript_expression)] @service.key
  right: (_) @service.value
  (#match? @service.key "OTEL_SERVICE_NAME|service\\.name|SERVICE_NAME")) @service
