; Calls; which of them mean something is decided by name in elixir/.

(call target: (identifier) @call.name (arguments) @call.arguments) @call
(call target: (dot left: (_) @call.receiver right: (identifier) @call.name) (arguments) @call.arguments) @call

(binary_operator left: (identifier) @made.name right: (call) @made.value) @made
