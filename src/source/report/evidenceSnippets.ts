import type { UnmappedCode } from '../../model/location';
import type { OperationKey } from '../../model/operation';
import { sdkLanguage } from '../candidate';

/** Something small to put into a service, so that its spans say where they are made. */
export interface EvidenceSnippet {
  /** What it does, in one sentence. */
  readonly text: string;
  /** As Markdown names languages. */
  readonly language: 'csharp' | 'go' | 'java' | 'javascript' | 'python' | 'ruby' | 'shell';
  readonly code: string;
}

const NODE_PROCESSOR = `// Gives every span the line that starts it: about 15 µs per span, so for development.
// Use it as: new NodeSDK({ spanProcessors: [new CodeLocationProcessor(), yourExportingProcessor] })
class CodeLocationProcessor {
  onStart(span) {
    const frames = (new Error().stack ?? '').split('\\n').slice(2);
    const own = frames.find((frame) => !/node_modules|\\(node:|at node:|CodeLocationProcessor/.test(frame));
    const [, name, file, line] = /at (?:(?:async )?(.+?) \\()?(?:file:\\/\\/)?(.+?):(\\d+):\\d+\\)?$/.exec(own ?? '') ?? [];
    if (file === undefined) return;
    span.setAttributes({ 'code.file.path': file, 'code.line.number': Number(line) });
    if (name !== undefined) span.setAttribute('code.function.name', name);
  }
  onEnd() {}
  async forceFlush() {}
  async shutdown() {}
}
`;

const PYTHON_PROCESSOR = `# Gives every span the line that starts it: costs some microseconds per span, so for development.
# Use it as: provider.add_span_processor(CodeLocationProcessor()), before the exporting processor.
import os, sys
from opentelemetry.sdk.trace import SpanProcessor

class CodeLocationProcessor(SpanProcessor):
    def on_start(self, span, parent_context=None):
        library = (os.path.dirname(os.__file__), "<")
        frame = sys._getframe(1)
        while frame and (frame.f_code.co_filename.startswith(library) or "site-packages" in frame.f_code.co_filename):
            frame = frame.f_back
        if frame:
            span.set_attribute("code.file.path", frame.f_code.co_filename)
            span.set_attribute("code.line.number", frame.f_lineno)
            span.set_attribute("code.function.name", getattr(frame.f_code, "co_qualname", frame.f_code.co_name))
`;

const GO_PROCESSOR = `// Gives every span the line that starts it: costs some microseconds per span, so for development.
// Use it as: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(codeLocation{}), yourExporter)
type codeLocation struct{}

func (codeLocation) OnStart(_ context.Context, span sdktrace.ReadWriteSpan) {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for frame, more := frames.Next(); frame.PC != 0; frame, more = frames.Next() {
		if !strings.HasPrefix(frame.Function, "go.opentelemetry.io/") && !strings.Contains(frame.File, "@v") {
			span.SetAttributes(attribute.String("code.file.path", frame.File),
				attribute.Int("code.line.number", frame.Line), attribute.String("code.function.name", frame.Function))
			return
		}
		if !more {
			return
		}
	}
}
func (codeLocation) OnEnd(sdktrace.ReadOnlySpan)      {}
func (codeLocation) Shutdown(context.Context) error   { return nil }
func (codeLocation) ForceFlush(context.Context) error { return nil }
`;

const DOTNET_PROCESSOR = `// Gives every span the line that starts it: costs some tens of microseconds per span, so for development.
// Use it as: builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddProcessor(new CodeLocationProcessor()));
sealed class CodeLocationProcessor : OpenTelemetry.BaseProcessor<System.Diagnostics.Activity>
{
    public override void OnStart(System.Diagnostics.Activity activity)
    {
        // Frames have a file where its symbols are: those of one's own code.
        var own = new System.Diagnostics.StackTrace(1, true).GetFrames().FirstOrDefault(frame => frame.GetFileName() != null);
        if (own == null) return;
        activity.SetTag("code.file.path", own.GetFileName());
        activity.SetTag("code.line.number", own.GetFileLineNumber());
        activity.SetTag("code.function.name", own.GetMethod()?.DeclaringType?.FullName + "." + own.GetMethod()?.Name);
    }
}
`;

const RUBY_PROCESSOR = `# Gives every span the line that starts it: costs some microseconds per span, so for development.
# Use it as: OpenTelemetry::SDK.configure { |c| c.add_span_processor(CodeLocationProcessor.new) }, with the exporting processor.
class CodeLocationProcessor < OpenTelemetry::SDK::Trace::SpanProcessor
  def on_start(span, _parent_context)
    own = caller_locations(1).find { |frame| frame.absolute_path && !frame.absolute_path.match?(%r{/gems/|/ruby/\\d}) }
    return unless own

    span.set_attribute('code.file.path', own.absolute_path)
    span.set_attribute('code.line.number', own.lineno)
    span.set_attribute('code.function.name', own.label)
  end
end
`;

const JAVA_ANNOTATION = `// In place of a span that is started by hand: the span is then called by its class and method, and says both.
@io.opentelemetry.instrumentation.annotations.WithSpan
`;

const PROCESSOR = 'A span processor that notes the line that starts each span.';

const SNIPPETS = {
  node: {
    text: PROCESSOR,
    language: 'javascript',
    code: NODE_PROCESSOR,
  },
  python: {
    text: PROCESSOR,
    language: 'python',
    code: PYTHON_PROCESSOR,
  },
  nodeRoute: {
    text: 'The instrumentation of the web framework, which adds the route; @opentelemetry/auto-instrumentations-node has it, loaded before the application.',
    language: 'shell',
    code: 'npm install @opentelemetry/auto-instrumentations-node\nexport NODE_OPTIONS="--require @opentelemetry/auto-instrumentations-node/register"\n',
  },
  pythonRoute: {
    text: 'The instrumentation of the web framework, which adds the route.',
    language: 'shell',
    code: 'opentelemetry-bootstrap --action=install\nopentelemetry-instrument python main.py\n',
  },
  javaControllers: {
    text: "A flag of the Java agent, by which spans name the controller's class and method; it is off unless set.",
    language: 'shell',
    code: 'export OTEL_INSTRUMENTATION_COMMON_EXPERIMENTAL_CONTROLLER_TELEMETRY_ENABLED=true\n',
  },
  javaMethod: {
    text: 'An annotation of the Java agent on the method whose time is meant, by which its spans name the method.',
    language: 'java',
    code: JAVA_ANNOTATION,
  },
  go: { text: PROCESSOR, language: 'go', code: GO_PROCESSOR },
  dotnet: { text: PROCESSOR, language: 'csharp', code: DOTNET_PROCESSOR },
  ruby: { text: PROCESSOR, language: 'ruby', code: RUBY_PROCESSOR },
} as const satisfies Record<string, EvidenceSnippet>;

/** Reasons that more evidence would mend. */
const LACKING: ReadonlySet<UnmappedCode> = new Set<UnmappedCode>(['no-evidence', 'low-confidence', 'ambiguous']);

/** The smallest change that would give an operation evidence of its code; undefined where none is known. */
export function evidenceSnippet(key: OperationKey, code: UnmappedCode): EvidenceSnippet | undefined {
  if (!LACKING.has(code)) return undefined;
  const isRequest =
    key.kind === 'SERVER' && !key.attributes.has('rpc.system') && !key.attributes.has('rpc.system.name');
  const lacksRoute = isRequest && code === 'no-evidence' && !key.attributes.has('http.route');
  switch (sdkLanguage(key.resource)) {
    case 'nodejs':
    case 'javascript':
      return lacksRoute ? SNIPPETS.nodeRoute : SNIPPETS.node;
    case 'python':
      return lacksRoute ? SNIPPETS.pythonRoute : SNIPPETS.python;
    case 'java':
    case 'kotlin':
      return isRequest ? SNIPPETS.javaControllers : key.kind === 'INTERNAL' ? SNIPPETS.javaMethod : undefined;
    case 'go':
      return SNIPPETS.go;
    case 'dotnet':
      return SNIPPETS.dotnet;
    case 'ruby':
      return SNIPPETS.ruby;
    default:
      return undefined;
  }
}
