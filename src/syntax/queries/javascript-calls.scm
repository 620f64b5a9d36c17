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
