import type { Finding } from '../../model/finding';
import type { ExplainedFact, LanguageCheck } from '../rule';
import { withToldEvidence } from '../toldEvidence';
import { undecoratedExecutors } from './spring/asyncExecutors';
import { clientsWithoutAgent } from './bareClients';
import { bareSpringClients } from './spring/bareSpringClients';
import { unusedContexts } from './spans/extractUnused';
import { messagesWithoutContext } from './messaging/messages';
import { spansNotActive } from './spans/spanNotActive';
import { explainSetup } from './explain';
import { feignBuiltByHand, feignWithoutMicrometer } from './spring/feign';
import { bareGrpcChannels } from './grpcChannels';
import { JavaCode } from './javaCode';
import { oddPropagators } from './spans/propagatorMismatch';
import { unsetPropagators } from './spans/sdkPropagators';
import { rawConsumers } from './messaging/rawConsumers';
import { redisStreams } from './messaging/redisStreams';
import { unobservedCloudStream } from './messaging/cloudStream';
import { unobservedReactorKafka } from './messaging/reactorKafka';
import { unobservedSpringKafka } from './messaging/springKafka';
import { undecoratedSchedulers } from './threads/delayedTasks';
import { lostOnOtherThreads } from './threads/handOffs';

/** Java: an agent covers nearly everything; without one only what Spring, a starter or the code itself instruments. */
export const javaCheck: LanguageCheck = {
  language: 'java',
  prefilter:
    /opentelemetry|micrometer|[tT]racer|[oO]bservation|RestTemplate|RestClient|WebClient|HttpClient|opsForStream|StreamListener|ChannelBuilder|Interceptor|Emitter<|(Jpa|Crud|Sorting|Mongo)Repository|ExchangeFilter|FeignClient|[kK]afka|[rR]abbit|Sqs|SqsClient|AmazonSQS|\bSns|AmazonSNS|PubSub|\.pubsub\.|io\.nats\.|OpenTelemetry|TextMap|boundedElastic|Jms|\.jms\.|parallelStream|@Async|EnableAsync|@Service\b|@Component\b|SpringBootApplication|Executor|StreamBridge|CompletableFuture|Thread\(|VirtualThread|java\.util\.function\.|BeanPostProcessor|TaskDecorator|TaskScheduler|ContextPropagat|ContextSnapshot|Feign|@ConfigurationProperties|(static final String|const val) \w*(URL|URI|HOST)|traceparent/,
  open: (code) => {
    const java = new JavaCode(code);
    const facts = (): ExplainedFact[] => explainSetup(java);
    return { facts, findings: () => withToldEvidence(findingsOf(java).map(asKotlin), code.unit, facts) };
  },
};

/** In Kotlin without `new`, and without the fixes that write Java. */
function asKotlin(finding: Finding): Finding {
  if (!finding.file.endsWith('.kt')) return finding;
  const message = finding.message.replaceAll('`new ', '`');
  return {
    ...finding,
    message,
    fixes: finding.fixes.filter(({ edits }) => !edits.some(({ file }) => file.endsWith('.kt'))),
  };
}

function findingsOf(code: JavaCode): readonly Finding[] {
  if (code.setup.agent === undefined && code.setup.mechanisms.length === 0) return [];
  const local = [
    ...unusedContexts(code),
    ...spansNotActive(code),
    ...lostOnOtherThreads(code),
    ...oddPropagators(code),
  ];
  if (code.setup.agent !== undefined) return local;
  return [
    ...local,
    ...bareSpringClients(code),
    ...unobservedSpringKafka(code),
    ...unobservedReactorKafka(code),
    ...unobservedCloudStream(code),
    ...feignWithoutMicrometer(code),
    ...feignBuiltByHand(code),
    ...undecoratedExecutors(code),
    ...undecoratedSchedulers(code),
    ...unsetPropagators(code),
    ...messagesWithoutContext(code),
    ...rawConsumers(code),
    ...redisStreams(code),
    ...clientsWithoutAgent(code),
    ...bareGrpcChannels(code),
  ];
}
