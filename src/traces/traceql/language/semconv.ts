/** Names that one attribute has had in the semantic conventions of OpenTelemetry, the oldest first. */
const SAME: readonly (readonly string[])[] = [
  ['http.method', 'http.request.method'],
  ['http.status_code', 'http.response.status_code'],
  ['http.url', 'url.full'],
  ['http.scheme', 'url.scheme'],
  ['http.target', 'url.path'],
  ['http.host', 'net.host.name', 'server.address', 'net.peer.name'],
  ['net.host.port', 'server.port', 'net.peer.port'],
  ['http.client_ip', 'client.address'],
  ['http.user_agent', 'user_agent.original'],
  ['http.request_content_length', 'http.request.body.size'],
  ['http.response_content_length', 'http.response.body.size'],
  ['http.resend_count', 'http.request.resend_count'],
  ['http.flavor', 'net.protocol.version', 'network.protocol.version'],
  ['net.protocol.name', 'network.protocol.name'],
  ['net.transport', 'network.transport'],
  ['net.sock.peer.addr', 'net.peer.ip', 'network.peer.address'],
  ['net.sock.peer.port', 'network.peer.port'],
  ['net.sock.host.addr', 'net.host.ip', 'network.local.address'],
  ['net.sock.host.port', 'network.local.port'],
  ['net.sock.family', 'network.type'],
  ['net.host.connection.type', 'network.connection.type'],
  ['db.system', 'db.system.name'],
  ['db.statement', 'db.query.text'],
  ['db.name', 'db.namespace'],
  ['db.operation', 'db.operation.name'],
  ['db.sql.table', 'db.mongodb.collection', 'db.cassandra.table', 'db.collection.name'],
  ['db.query.summary', 'db.statement.summary'],
  ['messaging.destination', 'messaging.destination.name'],
  ['messaging.operation', 'messaging.operation.type'],
  ['messaging.message_id', 'messaging.message.id'],
  ['messaging.conversation_id', 'messaging.message.conversation_id'],
  ['messaging.consumer_id', 'messaging.client_id', 'messaging.consumer.id', 'messaging.client.id'],
  ['messaging.message_payload_size_bytes', 'messaging.message.body.size'],
  ['messaging.kafka.consumer_group', 'messaging.kafka.consumer.group', 'messaging.consumer.group.name'],
  ['messaging.kafka.partition', 'messaging.kafka.destination.partition', 'messaging.destination.partition.id'],
  ['messaging.kafka.message_key', 'messaging.kafka.message.key'],
  ['messaging.kafka.message.offset', 'messaging.kafka.offset'],
  ['messaging.rabbitmq.routing_key', 'messaging.rabbitmq.destination.routing_key'],
  ['rpc.system', 'rpc.system.name'],
  ['rpc.grpc.status_code', 'rpc.response.status_code'],
  ['code.function', 'code.function.name'],
  ['code.filepath', 'code.file.path'],
  ['code.lineno', 'code.line.number'],
  ['code.column', 'code.column.number'],
  ['exception.class', 'exception.type'],
  ['deployment.environment', 'deployment.environment.name'],
  ['enduser.id', 'user.id'],
  ['faas.execution', 'faas.invocation_id'],
  ['faas.id', 'cloud.resource_id'],
];

let others: ReadonlyMap<string, readonly string[]> | undefined;

/** The other names of an attribute, none if it has only one. */
export function otherNames(name: string): readonly string[] {
  others ??= new Map(SAME.flatMap((names) => names.map((own) => [own, names.filter((other) => other !== own)])));
  return others.get(name) ?? [];
}

/** Every name of an attribute that has several, older ones before newer ones. */
export function semconvNames(): readonly string[] {
  return SAME.flat();
}
