import { toDisposable, type Disposable } from '../../base/disposable';
import type { MinimapView } from '../view/minimapView';

const HANDLE = 6;
/** A shorter drag is a click. */
const CLICK = 3;

type Grip = 'from' | 'to' | 'window' | 'brush';

/** Drag beside the window or over all of it: zoom to the stretch; inside a smaller one: move it; its edges: resize. */
export function listenToMinimap(view: MinimapView): Disposable {
  const { canvas, session } = view;
  let drag: { grip: Grip; x: number; window: { from: number; to: number } } | undefined;
  const gripAt = (x: number): Grip => {
    const left = view.xOf(session.window.from);
    const right = view.xOf(session.window.to);
    if (Math.abs(x - left) <= HANDLE) return 'from';
    if (Math.abs(x - right) <= HANDLE) return 'to';
    const whole = session.window.to - session.window.from >= session.index.totalNs;
    return !whole && x > left && x < right ? 'window' : 'brush';
  };
  const move = (x: number) => {
    if (drag === undefined) return;
    const time = view.timeAt(x);
    const start = view.timeAt(drag.x);
    if (drag.grip === 'brush') view.setBrush({ from: Math.min(start, time), to: Math.max(start, time) });
    else if (drag.grip === 'window') {
      session.setWindow({ from: drag.window.from + time - start, to: drag.window.to + time - start });
    } else {
      const other = drag.grip === 'from' ? drag.window.to : drag.window.from;
      session.setWindow({ from: Math.min(other, time), to: Math.max(other, time) });
    }
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    drag = { grip: gripAt(event.offsetX), x: event.offsetX, window: session.window };
  };
  const hover = (event: PointerEvent) => {
    if (drag !== undefined) move(event.offsetX);
    else canvas.dataset['grip'] = gripAt(event.offsetX);
  };
  const up = (event: PointerEvent) => {
    if (drag?.grip === 'brush') {
      view.setBrush(undefined);
      const [a, b] = [view.timeAt(drag.x), view.timeAt(event.offsetX)];
      if (Math.abs(event.offsetX - drag.x) > CLICK) session.setWindow({ from: Math.min(a, b), to: Math.max(a, b) });
    }
    drag = undefined;
  };
  const cancel = () => {
    drag = undefined;
    view.setBrush(undefined);
  };
  const whole = () => session.showAll();
  canvas.addEventListener('pointerdown', down);
  canvas.addEventListener('pointermove', hover);
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', cancel);
  canvas.addEventListener('dblclick', whole);
  return toDisposable(() => {
    canvas.removeEventListener('pointerdown', down);
    canvas.removeEventListener('pointermove', hover);
    canvas.removeEventListener('pointerup', up);
    canvas.removeEventListener('pointercancel', cancel);
    canvas.removeEventListener('dblclick', whole);
  });
}
