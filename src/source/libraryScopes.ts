/** Scopes of instrumentation libraries and of libraries that instrument themselves. */
const LIBRARY_SCOPE =
  /^(@opentelemetry\/(instrumentation|auto-instrumentations)|opentelemetry[._]instrumentation|opentelemetry-instrumentation|OpenTelemetry(\.|::)(Instrumentation|AutoInstrumentation)|io\.opentelemetry\.|go\.opentelemetry\.io\/(contrib|otel\/instrumentation)|@fastify\/otel|@prisma\/instrumentation|prisma$|@hono\/otel|@elysiajs\/opentelemetry|next\.js$|@sentry\/(?!node|bun|nextjs|sveltekit|remix|nestjs|react-router|opentelemetry|core|cloudflare|deno)|@grpc\/|Microsoft\.|System\.|Npgsql|MySqlConnector|Azure\.|Grpc\.|MassTransit|MongoDB\.|StackExchange\.Redis|Confluent\.|RabbitMQ\.|Hangfire|Quartz|Yarp\.|Experimental\.|io\.micrometer|org\.springframework|io\.quarkus|io\.vertx|redisotel|github\.com\/(XSAM|uptrace|redis|riandyrn|99designs|dubonzi|exaring)\/|otel-?(sql|gorm)|gorm\.io|gitlab\.com\/|kafkajs-otel|bullmq$|socket\.io|opentelemetry_(phoenix|ecto|cowboy|bandit|plug|oban|broadway|absinthe|tesla|finch|req|redix|httpoison|grpc|liveview|live_view|xandra|amqp|kafka_ex|dataloader|nebulex|process_propagator)\b|otel_http$|reqwest[-_](otel|tracing)|tracing[-_]actix[-_]web|actix[-_]web[-_]opentelemetry|axum[-_](tracing[-_]opentelemetry|otel)|tower[-_]http|undici$|pg$|ai$)/i;

/** Annotations of the Java agent are put on the user's own methods; Spring Boot's tracer is also the user's. */
const ANNOTATION_SCOPE =
  /instrumentation-annotations|spring-boot-starter|spring-boot-autoconfigure|^org\.springframework\.boot$|methods|quarkus[.-]opentelemetry|php\.with-span/i;

/**
 * Whether spans of this instrumentation scope are started inside a library, so that their names are no literals of the
 * workspace.
 */
export function isLibraryScope(scope: string): boolean {
  return LIBRARY_SCOPE.test(scope) && !ANNOTATION_SCOPE.test(scope);
}

/** Functions that libraries put into an HTTP stack under these names: never the user's. */
const LIBRARY_LAYERS: ReadonlySet<string> = new Set([
  'query',
  'expressInit',
  'jsonParser',
  'urlencodedParser',
  'textParser',
  'rawParser',
  'bodyParser',
  'corsMiddleware',
  'cors',
  'helmetMiddleware',
  'helmet',
  'compression',
  'cookieParser',
  'session',
  'serveStatic',
  'staticMiddleware',
  'logger',
  'morgan',
  'multerMiddleware',
  'router',
  'initialize',
  'authenticate',
  'csrf',
  'csurf',
  'rateLimit',
  'responseTime',
  'methodOverride',
  'favicon',
  'timeout',
  'vhost',
  'anonymous',
  '<anonymous>',
  'bound dispatch',
  'next',
  'handle',
  'dispatch',
  'middleware',
]);

/** Whether a layer's function name is one that libraries use; `authenticate` and the like could be anyone's. */
export function isLibraryLayer(name: string): boolean {
  return LIBRARY_LAYERS.has(name);
}
