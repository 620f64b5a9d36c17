import assert from 'node:assert/strict';
import { mayKeepSpan } from '../../../../src/lint/node/handedSpans';

describe('spans that a text hands on', () => {
  const kept = {
    'is only ended': `function f() { const span = tracer.startSpan('a'); call(); span.end(); }`,
    'is given to what is a parameter': `function f(run) { const span = tracer.startSpan('a'); run(span); span.end(); }`,
    'is set on a context that is thrown away': `function f() { const span = tracer.startSpan('a'); trace.setSpan(active(), span); }`,
    'is handed on in another function': `function f() { const span = tracer.startSpan('a'); }\nfunction g(span) { x.run(span); }`,
    'is awaited': `async function f() { const span = await this.tracing.createSpan('a'); span.end(); }`,
    'is in parentheses': `const span = (tracer.startSpan('a'));`,
    'has a type': `let span: Span | undefined = trace.getTracer('x').startSpan('a');`,
    'is cast': `const span = <Span>tracer.startSpan('a'); x.run(span);`,
    'stands behind a template that nests': 'const span = t.startSpan(`${a({})}`); x.run(span);',
    'stands behind an expression': `const span = t.startSpan('a'); if (/['(]/.test(a)) x.run(span);`,
    'is one of two': `function f() { const span = t.startSpan('a'); x.run(span); }\nfunction g() { const own = t.startSpan('b'); own.end(); }`,
    'is handed on in a text': `function f() { const span = t.startSpan('a'); log('x.run(span)'); /* x.run(span) */ }`,
    'is assigned in a function, and handed on behind it': `let span;\nfunction f() { span = tracer.startSpan('a'); }\nfunction g(span) { x.run(span); }`,
    'is assigned in a method that is called like a block': `const a = { catch(e) { span = tracer.startSpan(e); } };\nx.run(span);`,
    'is assigned in a block whose begin is not seen': `if (a === '{') { span = tracer.startSpan(a); }\nx.run(span);`,
    'is declared in a block': `if (a) { const span = tracer.startSpan(b); }\nx.run(span);`,
    'stands behind a comment': `/* a */ const span = tracer.startSpan('a'); span.end();`,
    'stands behind the end of one': `/*\n * a */ const span = tracer.startSpan('a'); span.end();`,
    'is asked for alone': `const span = tracer.startSpan('a'); if (span) { span.end(); } span?.end();`,
    'is compared': `const is = a < getSpan(b);`,
  };
  for (const [which, text] of Object.entries(kept))
    it(`may keep one that ${which}`, () => assert.ok(mayKeepSpan(text)));

  const handed = {
    'is given to a method': `const span = this.tracer.startSpan('a', { kind });\nthis._patch(span, done);`,
    'is set on a context that is used': `const span = tracer.startSpan('a');\nreturn context.with(trace.setSpan(context.active(), span), () => run());`,
    'is returned': `const span = tracer\n  .startSpan('a');\nif (x) { span.setAttribute('b', \`\${x}\`); }\nreturn span;`,
    'is given to a function of the module': `import { endSpan } from './utils';\nconst span = tracer.startSpan('a');\nendSpan(span);`,
    'is assigned in a block, and given to a method behind it': `let span;\nif (a(b[0])) {\n  span = tracer.startSpan(name);\n}\nthis._patch(span!, done);`,
    'is assigned in blocks in blocks': `let span;\ntry { if (a) { b(); } else { span = tracer.startSpan(name); } } finally { c(); }\nreturn span;`,
    'is given to another variable': `let info;\ntry { info = this.startSpan(a); } catch (error) { return; }\nconst { span, ctx } = info;`,
    'is part of a condition': `const span = this.currentSpan(zone);\nif (span && this.counts(zone)) this.end();`,
    'is denied': `const span = this.currentSpan(zone);\nif (!span) return;`,
    'is taken apart': `const { span, ended } = this.createSpan(a);`,
    'is a member': `this.span = tracer.startSpan('a');`,
    'is in no variable': `return tracer.startSpan('a');`,
    'is an argument': `run(tracer.startSpan('a'));`,
    'was there before': `const span = trace.getSpan(context.active()); span.end();`,
    'is none but a declaration': `class A {\n  /** Starts (a) span. */\n  private startSpan(name) { return 1; }\n}\nfunction getSpan() {}`,
    'is in a comment': `// const span = tracer.startSpan('a')\n/*\n * startSpan(\n */`,
  };
  for (const [which, text] of Object.entries(handed))
    it(`keeps none that ${which}`, () => assert.ok(!mayKeepSpan(text)));
});
