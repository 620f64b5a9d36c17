import assert from 'node:assert/strict';
import { findingsIn } from './support';

const DROP = 'GO-KAFKA-CONSUME-DROP';
const KAFKA = 'github.com/segmentio/kafka-go';
const NATS = 'github.com/nats-io/nats.go';

async function rules(imports: readonly string[], body: string): Promise<string[]> {
  const found = await findingsIn(['context', 'go.opentelemetry.io/otel', ...imports], `${body}\n${WORK}`);
  return found.map(({ rule, line }) => `${rule}:${line}`);
}

const WORK = `func work(ctx context.Context) {
	_, span := otel.Tracer("x").Start(ctx, "work")
	span.End()
}`;
const EXTRACT = 'ctx = otel.GetTextMapPropagator().Extract(ctx, carrier(m))';

describe('Consumers that get their messages through Go channels', () => {
  const pool = (loop: string, held = 'kafka.Message'): string => `type Pool struct {
	reader *kafka.Reader
	jobs   chan ${held}
}
func (p *Pool) fetch(ctx context.Context) {
	for {
		m, _ := p.reader.FetchMessage(ctx)
		p.jobs <- ${held === 'kafka.Message' ? 'm' : 'job{msg: m}'}
	}
}
func (p *Pool) drain(ctx context.Context) {
	${loop}
}`;
  const over = (step: string): string => `for m := range p.jobs {\n\t\t${step}\n\t\twork(ctx)\n\t}`;

  it('finds the worker that takes what another has fetched and reads no header', async () => {
    assert.deepEqual(await rules([KAFKA], pool(over(''))), [`${DROP}:20`]);
    assert.deepEqual(await rules([KAFKA], pool(over(EXTRACT))), []);
    const select = (step: string): string =>
      `for {\n\t\tselect {\n\t\tcase m := <-p.jobs:\n\t\t\t${step}\n\t\t\twork(ctx)\n\t\t}\n\t}`;
    assert.deepEqual(await rules([KAFKA], pool(select(''))), [`${DROP}:22`]);
    assert.deepEqual(await rules([KAFKA], pool(select(EXTRACT))), []);
  });

  it('looks into a struct around the message, which may carry the context beside it', async () => {
    const job = (more: string): string =>
      `${pool(over(''), 'job')}\ntype job struct {\n\tmsg kafka.Message\n\t${more}\n}`;
    assert.deepEqual(await rules([KAFKA], job('attempt int')), [`${DROP}:20`]);
    assert.deepEqual(await rules([KAFKA], job('ctx context.Context')), []);
    assert.deepEqual(await rules([KAFKA], job('span string')), []);
  });

  it('is silent where the worker does nothing that is traced, and for channels of other things', async () => {
    assert.deepEqual(await rules([KAFKA], pool('for m := range p.jobs {\n\t\tkeep(m)\n\t}')), []);
    assert.deepEqual(
      await rules([], 'func drain(ctx context.Context, jobs chan int) {\n\tfor range jobs {\n\t\twork(ctx)\n\t}\n}'),
      [],
    );
  });

  it('says it once, and knows who reads the context further down', async () => {
    const handle = (start: string): string =>
      `${pool('for m := range p.jobs {\n\t\tp.handle(m)\n\t}')}\nfunc (p *Pool) handle(m kafka.Message) {\n\t${start}\n\twork(ctx)\n}`;
    const root = 'ctx, span := otel.Tracer("x").Start(context.Background(), "handle")\n\tdefer span.End()';
    const dropped = (await rules([KAFKA], handle(root))).filter((one) => one.startsWith(DROP));
    assert.deepEqual(dropped, [`${DROP}:25`]);
    assert.deepEqual(await rules([KAFKA], handle('ctx := traceContextOf(m)')), []);
  });

  it('finds messages of NATS that are asked for', async () => {
    const pull = (step: string): string => `func listen(ctx context.Context, sub *nats.Subscription) {
	for {
		m, _ := sub.NextMsg(limit)
		${step}
		work(ctx)
	}
}`;
    assert.deepEqual(await rules([NATS], pull('')), [`${DROP}:11`]);
    assert.deepEqual(await rules([NATS], pull(EXTRACT)), []);
  });
});

describe('Handlers of messages that call out under a context of nothing', () => {
  const WATERMILL = 'github.com/ThreeDotsLabs/watermill/message';
  const handler = (step: string): string => `type Orders struct{}
func (o *Orders) accept(ctx context.Context, id string) error { work(ctx); return nil }
type H struct{ orders *Orders }
func (h *H) Handle(m *message.Message) error {
	ctx := context.Background()
	${step}
	return h.orders.accept(ctx, string(m.Payload))
}`;

  it('finds them, unless the context is taken from the message', async () => {
    assert.deepEqual(await rules([WATERMILL], handler('')), [`${DROP}:13`]);
    assert.deepEqual(await rules([WATERMILL], handler(EXTRACT)), []);
  });

  it('is silent where nothing that is traced is called', async () => {
    assert.deepEqual(await rules([WATERMILL], handler('').replace('work(ctx); ', '')), []);
  });
});
