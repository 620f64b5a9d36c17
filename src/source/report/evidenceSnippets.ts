import type { UnmappedCode } from '../../model/location';
import type { OperationKey } from '../../model/operation';
import { sdkLanguage } from '../candidate';

/** Something small to put into a service, so that its spans say where they are made. */
export interface EvidenceSnippet {
  /** What it does, in one sentence. */
  readonly text: string;
  /** As Markdown names languages. */
  readonly language: 'javascript' | 'python' | 'shell';
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

const SNIPPETS = {
  node: {
    text: 'A span processor that notes the line that starts each span.',
    language: 'javascript',
    code: NODE_PROCESSOR,
  },
  python: {
    text: 'A span processor that notes the line that starts each span.',
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
      return isRequest ? SNIPPETS.javaControllers : undefined;
    default:
      return undefined;
  }
}
