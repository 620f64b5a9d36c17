; Calls; which of them mean something is decided by name in python/.

(call function: (identifier) @call.name arguments: (argument_list) @call.arguments) @call
(call
  function: (attribute object: (_) @call.receiver attribute: (identifier) @call.name)
  arguments: (argument_list) @call.arguments) @call

; producer = KafkaProducer(…); self.stub = pb2_grpc.OrdersStub(channel); async with ClientSession() as session
(assignment
  left: [(identifier) (attribute)] @made.name
  right: [(call) (await)] @made.value) @made
(as_pattern (call) @made.value alias: (as_pattern_target (_) @made.name)) @made
; client: httpx.AsyncClient = …
(typed_parameter . (identifier) @typed.name type: (type (_) @typed.type)) @typed
(assignment left: (identifier) @typed.name type: (type (_) @typed.type)) @typed

; Resource.create({"service.name": "shop"}), os.environ["OTEL_SERVICE_NAME"] = "shop"
(pair
  key: [(string) (identifier) (attribute)] @service.key
  value: (_) @service.value
  (#match? @service.key "service\\.name|SERVICE_NAME")) @service
(assignment
  left: (subscript) @service.key
  right: (_) @service.value
  (#match? @service.key "service\\.name|SERVICE_NAME")) @service

; tornado: (r"/orders", OrdersHandler)
(tuple . (string) @handlerTuple.path . [(identifier) (attribute)] @handlerTuple.handler) @handlerTuple
