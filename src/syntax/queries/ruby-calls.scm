; Calls; which of them mean something is decided by name in ruby/.

(call
  receiver: (_)? @call.receiver
  method: [(identifier) (constant)] @call.name
  arguments: (argument_list)? @call.arguments) @call

(assignment left: [(identifier) (instance_variable)] @made.name right: (call) @made.value) @made
