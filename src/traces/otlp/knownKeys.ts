import { OPERATION_ATTRIBUTES } from '../../model/operation';

/**
 * Further attributes that spans have often: names of OpenTelemetry's semantic conventions, old and new, and of the
 * instrumentations themselves.
 */
const OFTEN = [
  'http.response.status_code http.status_code http.url http.target http.scheme http.host http.flavor http.user_agent',
  'http.client_ip http.server_name http.status_text http.request_content_length http.response_content_length',
  'http.request.body.size',
  'http.response.body.size http.request.method_original http.request.resend_count',
  'url.full url.path url.query url.scheme client.address client.port user_agent.original',
  'user_agent.name user_agent.version network.protocol.name network.protocol.version',
  'network.peer.address network.peer.port network.local.address network.local.port network.transport network.type',
  'net.peer.name net.peer.port net.peer.ip net.host.name net.host.port net.host.ip net.transport net.protocol.name',
  'net.protocol.version net.sock.peer.addr net.sock.peer.port net.sock.peer.name net.sock.host.addr net.sock.host.port',
  'tls.protocol.version tls.cipher db.query.text db.query.summary db.statement',
  'db.user db.connection_string db.response.returned_rows db.response.status_code db.operation.batch.size',
  'db.stored_procedure.name db.mongodb.collection db.instance.id',
  'db.client.connection.pool.name db.jdbc.driver_classname',
  'db.postgresql.values db.row_count db.type',
  'messaging.message.id messaging.message_id messaging.message.body.size',
  'messaging.message.conversation_id messaging.message_payload_size_bytes messaging.batch.message_count',
  'messaging.client.id messaging.client_id messaging.consumer.id messaging.destination.partition.id',
  'messaging.destination.subscription.name',
  'messaging.destination_kind messaging.protocol messaging.protocol_version messaging.kafka.offset',
  'messaging.kafka.message.key messaging.kafka.message.offset messaging.kafka.message.tombstone',
  'messaging.kafka.partition messaging.kafka.destination.partition',
  'messaging.rabbitmq.destination.routing_key messaging.rabbitmq.routing_key messaging.rabbitmq.message.delivery_tag',
  'rpc.grpc.status_code rpc.response.status_code rpc.message.type rpc.message.id rpc.message.compressed_size',
  'rpc.message.uncompressed_size rpc.jsonrpc.version rpc.method_original',
  'thread.id thread.name error.type error.message user.id user.name user.email enduser.id enduser.role session.id',
  'faas.trigger faas.coldstart faas.invocation_id faas.execution faas.invoked_name faas.invoked_provider faas.name',
  'cloud.region cloud.account.id cloud.resource_id aws.region aws.request_id aws.s3.bucket aws.s3.key',
  'aws.dynamodb.table_names aws.service.api aws.service.name graphql.document graphql.field.name graphql.field.type',
  'graphql.parentName graphql.source',
  'gen_ai.system gen_ai.provider.name gen_ai.operation.name gen_ai.request.model gen_ai.response.model gen_ai.response.id',
  'gen_ai.request.max_tokens gen_ai.request.temperature gen_ai.request.top_p gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens gen_ai.response.finish_reasons gen_ai.tool.name gen_ai.conversation.id gen_ai.agent.name',
  'code.stacktrace express.route fastify.root component otel.status_code otel.status_description',
  'otel.scope.name process.pid service.name event.name',
  'aspnetcore.routing.match_status az.namespace',
];

/** Attribute keys that cold bytes say in a byte or two; those that identify operations come first, in their order. */
export const KNOWN_KEYS: readonly string[] = [
  ...OPERATION_ATTRIBUTES,
  ...OFTEN.flatMap((line) => line.split(' ')).filter((key) => !OPERATION_ATTRIBUTES.includes(key)),
];

/**
 * How a KeyValue in `Span.attributes` says its key by its number: as field 1, which is `key`, but as a varint, which a
 * key never is.
 */
export const KNOWN_KEY = 0x08;
/**
 * How an attribute with a text is said as a whole: as field 1 of `Span`, which is the trace id and so never among the cold
 * bytes. The key's number as a varint, then the text.
 */
export const KNOWN_TEXT = 0x0a;
