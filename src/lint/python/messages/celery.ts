import type { Expression } from '../../../syntax/code/expression';
import { classesOf } from '../names/classes';
import { lastPart, type PythonCode, type Site } from '../names/pythonCode';
import type { TracedCode } from '../process/tracedCode';
import type { Publish } from './publish';

/** Constructors of Celery's application, as qualified names. */
const APPLICATION = /^celery\.(app\.(base\.)?)?Celery$/;
/** Decorators that need no application; the first is how it was written before version 5. */
const DECORATORS = /^celery\.((task|decorators)\.)?(periodic_)?task$|^celery\.(app\.)?shared_task$/;
/** What puts tasks together, to be sent as one. */
const CANVAS = /^celery\.(canvas\.)?(chain|group|chord|signature)$/;

/** `task.delay(…)` of a function that Celery runs, `task.s(…).delay()`, `chain(…).apply_async()`, or `app.send_task(…)`. */
export function celeryTask({ code }: TracedCode, site: Site, object: Expression): Publish | undefined {
  const { source, function: fn, method } = site;
  const isTask = method === 'send_task' ? isApplication(code, source, fn, object) : isTaskOf(code, source, fn, object);
  return isTask ? { site, library: 'celery', carrier: 'the headers of the task' } : undefined;
}

function isTaskOf(code: PythonCode, source: Site['source'], fn: Site['function'], object: Expression): boolean {
  if (object.kind === 'call') {
    if (CANVAS.test(code.names.nameOf(source, fn, object.callee) ?? '')) return true;
    const { callee } = object;
    return (
      callee.kind === 'member' && /^(s|si|signature)$/.test(callee.name) && isTaskOf(code, source, fn, callee.object)
    );
  }
  return code
    .functionsOf(source, fn, object, true)
    .some((place) => place.function.annotations.some((one) => isTaskDecorator(code, place.source, one)));
}

function isTaskDecorator(code: PythonCode, source: Site['source'], annotation: Expression): boolean {
  const top = source.code.functions[0]!;
  const callee = annotation.kind === 'call' ? annotation.callee : annotation;
  if (DECORATORS.test(code.names.nameOf(source, top, callee) ?? '')) return true;
  return callee.kind === 'member' && callee.name === 'task' && isApplication(code, source, top, callee.object);
}

/** Made by Celery's class; where that is out of sight, what is called after Celery. */
function isApplication(code: PythonCode, source: Site['source'], fn: Site['function'], object: Expression): boolean {
  const classes = classesOf(code, source, fn, object);
  if (classes.length > 0) return classes.some((name) => APPLICATION.test(name));
  return /celery/i.test(lastPart(object)) && code.names.valuesOf(source, fn, object).length === 0;
}
