import { GoType } from './goType';

/** Results of others' functions and types of others' fields, where a rule must know them: `function → types`. */
const RESULTS: Readonly<Record<string, readonly string[]>> = {
  'net/http.NewRequest': ['net/http.Request'],
  'net/http.NewRequestWithContext': ['net/http.Request'],
  'net/http.Request.WithContext': ['net/http.Request'],
  'net/http.Request.Clone': ['net/http.Request'],
  'net/http.Request.Context': ['context.Context'],
  'net/http.Request.Header': ['net/http.Header'],
  'net/http.Request.URL': ['net/url.URL'],
  'net/url.Parse': ['net/url.URL'],
  'net/url.ParseRequestURI': ['net/url.URL'],
  'net/url.URL.JoinPath': ['net/url.URL'],
  'net/url.URL.ResolveReference': ['net/url.URL'],
  'net/http.Response.Request': ['net/http.Request'],
  'net/http.DefaultClient': ['net/http.Client'],
  'net/http.DefaultTransport': ['net/http.RoundTripper'],
  'net/http.Client.Transport': ['net/http.RoundTripper'],
  'net/http.Transport.Clone': ['net/http.Transport'],
  'github.com/hashicorp/go-cleanhttp.DefaultClient': ['net/http.Client'],
  'github.com/hashicorp/go-cleanhttp.DefaultPooledClient': ['net/http.Client'],
  'github.com/hashicorp/go-retryablehttp.NewClient': ['github.com/hashicorp/go-retryablehttp.Client'],
  'github.com/hashicorp/go-retryablehttp.Client.HTTPClient': ['net/http.Client'],
  'github.com/hashicorp/go-retryablehttp.Client.StandardClient': ['net/http.Client'],
  'github.com/hashicorp/go-retryablehttp.NewRequest': ['github.com/hashicorp/go-retryablehttp.Request'],
  'github.com/hashicorp/go-retryablehttp.NewRequestWithContext': ['github.com/hashicorp/go-retryablehttp.Request'],
  'golang.org/x/oauth2.NewClient': ['net/http.Client'],
  'golang.org/x/oauth2.Config.Client': ['net/http.Client'],
  'golang.org/x/oauth2/clientcredentials.Config.Client': ['net/http.Client'],
  'context.Background': ['context.Context'],
  'context.TODO': ['context.Context'],
  'context.WithCancel': ['context.Context'],
  'context.WithTimeout': ['context.Context'],
  'context.WithDeadline': ['context.Context'],
  'context.WithValue': ['context.Context'],
  'context.WithoutCancel': ['context.Context'],
  'github.com/gin-gonic/gin.Context.Request': ['net/http.Request'],
  'github.com/gin-gonic/gin.Context.Copy': ['github.com/gin-gonic/gin.Context'],
  'google.golang.org/grpc.NewClient': ['google.golang.org/grpc.ClientConn'],
  'google.golang.org/grpc.Dial': ['google.golang.org/grpc.ClientConn'],
  'google.golang.org/grpc.DialContext': ['google.golang.org/grpc.ClientConn'],
};

/** Packages whose functions give their types by Go's habit `NewX` → `X`, by the end of the import path. */
const HABIT =
  /(sarama|kafka-go|otel-kafka-konsumer|kafka|kgo|sqs|sns|pubsub|nats\.go|jetstream|amqp091-go|amqp|resty\/v\d+|resty|eventbridge|kinesis)$/;

/** Well-known methods of these packages whose results have other types. */
const BY_END: readonly (readonly [RegExp, readonly string[]])[] = [
  [/sarama\.NewSyncProducer(FromClient)?$/, ['SyncProducer']],
  [/sarama\.NewAsyncProducer(FromClient)?$/, ['AsyncProducer']],
  [/sarama\.NewClient$/, ['Client']],
  [/sarama\.NewConsumerGroup(FromClient)?$/, ['ConsumerGroup']],
  [/sarama\.ConsumerGroupClaim\.Messages$/, ['ConsumerMessage']],
  [/kafka-go\.Reader\.(ReadMessage|FetchMessage)$/, ['Message']],
  [/\/kafka\.Consumer\.ReadMessage$/, ['Message']],
  [/kgo\.Client\.(PollFetches|PollRecords)$/, ['Fetches']],
  [/resty(\/v\d+)?\.New$/, ['Client']],
  [/resty(\/v\d+)?\.Client\.(R|NewRequest)$/, ['Request']],
  [/resty(\/v\d+)?\.Client\.Set\w+$/, ['Client']],
  [/resty(\/v\d+)?\.Request\.Set\w+$/, ['Request']],
  [/(sqs|sns|eventbridge|kinesis)\.(New|NewFromConfig)$/, ['Client']],
  [/pubsub(\/v\d+)?\.NewClient(WithConfig)?$/, ['Client']],
  [/pubsub(\/v\d+)?\.Client\.(Topic|TopicInProject|CreateTopic)$/, ['Topic']],
  [/pubsub(\/v\d+)?\.Client\.(Subscription|SubscriptionInProject|CreateSubscription)$/, ['Subscription']],
  [/pubsub\/v\d+\.Client\.Publisher$/, ['Publisher']],
  [/pubsub\/v\d+\.Client\.Subscriber$/, ['Subscriber']],
  [/nats\.go\.Connect$/, ['Conn']],
  [/nats\.go\.Conn\.JetStream$/, ['JetStreamContext']],
  [/jetstream\.New(WithAPIPrefix|WithDomain)?$/, ['JetStream']],
  [/^gocloud\.dev\/pubsub\.OpenTopic$/, ['Topic']],
  [/redis(\/v\d+)?\.New(Failover)?Client$/, ['Client']],
  [/redis(\/v\d+)?\.New(Failover)?ClusterClient$/, ['ClusterClient']],
  [/redis(\/v\d+)?\.NewUniversalClient$/, ['UniversalClient']],
  [/amqp(091-go)?\.Dial(Config|TLS)?$/, ['Connection']],
  [/amqp(091-go)?\.Connection\.Channel$/, ['Channel']],
];

/** The types of the results of others' function, or of a field of others' type. */
export function resultOf(qualified: string): readonly (GoType | undefined)[] {
  const known = Object.hasOwn(RESULTS, qualified) ? RESULTS[qualified] : undefined;
  if (known !== undefined) return known.map(typeNamed);
  const from = packageIn(qualified);
  for (const [pattern, types] of BY_END)
    if (pattern.test(qualified)) return types.map((name) => GoType.named(from, name));
  const made = /\.New([A-Z]\w*)$/.exec(qualified)?.[1];
  return made !== undefined && HABIT.test(from) ? [GoType.named(from, made)] : [];
}

/** The import path in front of `.Name` and `.Type.Method`. */
function packageIn(qualified: string): string {
  const slash = qualified.lastIndexOf('/') + 1;
  const rest = qualified.slice(slash).replace(/(\.[A-Z]\w*)+$/, '');
  return qualified.slice(0, slash) + rest;
}

function typeNamed(qualified: string): GoType {
  const dot = qualified.lastIndexOf('.');
  return GoType.named(qualified.slice(0, dot), qualified.slice(dot + 1));
}
