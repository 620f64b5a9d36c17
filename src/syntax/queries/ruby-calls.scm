; Calls; which of them mean something is decided by name in ruby/.

(call
  receiver: (_)? @call.receiver
  method: [(identifier) (constant)] @call.name
  arguments: (argument_list)? @call.arguments) @call

(assignment left: [(identifier) (instance_variable)] @made.name right: (call) @made.value) @made

(operator_assignment left: [(identifier) (instance_variable)] @made.name right: (call) @made.value) @made

; `c.service_name = "shop"`, `ENV["OTEL_SERVICE_NAME"] ||= "shop"`.
(assignment
  left: (call method: (identifier) @_setter)
  right: (_) @service.value
  (#eq? @_setter "service_name")) @service
(assignment
  left: (element_reference (string) @_key)
  right: (_) @service.value
  (#match? @_key "OTEL_SERVICE_NAME")) @service
(operator_assignment
  left: (element_reference (string) @_key)
  right: (_) @service.value
  (#match? @_key "OTEL_SERVICE_NAME")) @service
