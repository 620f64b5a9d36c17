import assert from 'node:assert/strict';
import { rulesWithTracer } from './support';

const RULE = 'GO-CTX-BACKGROUND';

async function rules(body: string): Promise<string[]> {
  return rulesWithTracer(['net/http', '"github.com/ThreeDotsLabs/watermill/message"'], `${WORK}\n${body}`);
}

const WORK = `var tracer = otel.Tracer("x")
func work(ctx context.Context) {
	_, span := tracer.Start(ctx, "work")
	span.End()
}`;

/** A part of the program that keeps the context it was made with. */
const held = (method: string, made = 'return &Watcher{ctx: ctx, name: "w"}'): string => `type Watcher struct {
	ctx  context.Context
	name string
	size int
}
func NewWatcher(ctx context.Context) *Watcher {
	${made}
}
func Run() { NewWatcher(context.Background()) }
${method}`;

describe('GO-CTX-BACKGROUND and contexts that structs keep', () => {
  it('finds the context of the whole where the request’s is at hand', async () => {
    for (const method of [
      'func (w *Watcher) Handle(ctx context.Context) { work(w.ctx) }',
      'func (w *Watcher) Handle(rw http.ResponseWriter, r *http.Request) { go func() { work(w.ctx) }() }',
      'func (w *Watcher) Handle(ctx context.Context) {\n\tlater, cancel := context.WithTimeout(w.ctx, limit)\n\tdefer cancel()\n\twork(later)\n}',
      'func (w *Watcher) Handle(rw http.ResponseWriter, r *http.Request) {\n\tctx, cancel := context.WithTimeout(w.ctx, limit)\n\tdefer cancel()\n\twork(ctx)\n}',
    ])
      assert.deepEqual(await rules(held(method)), [RULE], method);
    assert.deepEqual(
      await rules(
        held(
          'func (w *Watcher) Handle(ctx context.Context) { work(w.ctx) }',
          'return &Watcher{ctx: context.Background()}',
        ),
      ),
      [RULE],
    );
  });

  it('is silent without a request, for loops that start, and where the span is put in or linked', async () => {
    for (const method of [
      'func (w *Watcher) tick() { work(w.ctx) }',
      'func (w *Watcher) Start(ctx context.Context) { work(w.ctx) }',
      'func (w *Watcher) Handle(ctx context.Context) { work(ctx) }',
      'func (w *Watcher) Handle(ctx context.Context) { work(trace.ContextWithSpan(w.ctx, trace.SpanFromContext(ctx))) }',
      'func (w *Watcher) Handle(n int) {\n\tctx, cancel := context.WithTimeout(w.ctx, limit)\n\tdefer cancel()\n\twork(ctx)\n}',
    ])
      assert.deepEqual(await rules(held(method)), [], method);
  });

  it('is silent where the context’s name says that it is there until the program ends', async () => {
    const kept = held('func (w *Watcher) Handle(ctx context.Context) { go func() { work(w.ctx) }() }');
    assert.deepEqual(await rules(kept), [RULE]);
    const named = kept.replaceAll('w.ctx', 'w.onShutdownCtx').replace('ctx  context', 'onShutdownCtx context');
    assert.deepEqual(await rules(named.replace('&Watcher{ctx:', '&Watcher{onShutdownCtx:')), []);
  });

  it('is silent where what keeps the context is made for a request', async () => {
    const asked = held('func (w *Watcher) Handle(ctx context.Context) { work(w.ctx) }');
    const byHandler = `${asked}\nfunc Serve(rw http.ResponseWriter, r *http.Request) { NewWatcher(r.Context()) }`;
    assert.deepEqual(await rules(byHandler), []);
    assert.deepEqual(await rules(asked.replaceAll('Watcher', 'UploadSession')), []);
    assert.deepEqual(await rules(`${asked}\nfunc (w *Watcher) Bind(ctx context.Context) { w.ctx = ctx }`), []);
  });
});
