import assert from 'node:assert/strict';
import { findingsIn } from './support';

const IMPORTS = ['context', 'go.opentelemetry.io/otel'];
const WORK = `var tracer = otel.Tracer("x")
func work(ctx context.Context) { _, span := tracer.Start(ctx, "work"); span.End() }
type Task struct { Name string; Run func(ctx context.Context) error }
type Clock struct{}
func (c *Clock) Schedule(task Task) { task.Run(context.TODO()) }
func (c *Clock) Submit(task Task) { task.Run(context.TODO()) }`;

async function found(body: string): Promise<string[]> {
  return (await findingsIn(IMPORTS, `${WORK}\n\n${body}`)).map(({ rule }) => rule);
}

describe('What a scheduler of Go runs', () => {
  const inClosure = (method: string): string => `func Register(clock *Clock) {
	clock.${method}(Task{Name: "reload", Run: func(ctx context.Context) error { reload(); return nil }})
}
func reload() { work(context.TODO()) }`;

  it('has a context of its own, in which nobody has a span', async () => {
    assert.deepEqual(await found(inClosure('Schedule')), []);
    const byName = (method: string): string => `type Worker struct{}
func (w *Worker) Register(clock *Clock) { clock.${method}(Task{Name: "load", Run: w.loadPending}) }
func (w *Worker) loadPending(ctx context.Context) error { work(context.TODO()); return nil }`;
    assert.deepEqual(await found(byName('Schedule')), []);
    assert.deepEqual(await found(byName('Submit')), ['GO-CTX-BACKGROUND']);
  });

  it('is told all the same where requests run it, too, or it has a span of its own', async () => {
    const asked = `${inClosure('Schedule')}
func Order(w http.ResponseWriter, r *http.Request) { reload() }`;
    const rules = (await findingsIn([...IMPORTS, 'net/http'], `${WORK}\n\n${asked}`)).map(({ rule }) => rule);
    assert.deepEqual(rules, ['GO-CTX-BACKGROUND']);
    const spanned = `type Worker struct{}
func (w *Worker) Register(clock *Clock) { clock.Schedule(Task{Name: "load", Run: w.loadPending}) }
func (w *Worker) loadPending(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	work(context.TODO())
	return nil
}`;
    assert.deepEqual(await found(spanned), ['GO-CTX-BACKGROUND']);
  });
});
