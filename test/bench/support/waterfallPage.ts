/** The measuring end of the waterfall bench; runs in the browser. */
import type { TraceView } from '../../../src/protocol/traceView';
import type {} from '../../webview/support/pageHost';
import { ReferenceCanvas } from './referenceCanvas';

export interface Sample {
  /** Milliseconds from the message with the trace to drawn rows; the message's structured clone counts, as in VS Code. */
  readonly firstRow: number;
  /** Milliseconds of main thread per frame while scrolling. */
  readonly frames: readonly number[];
}

declare global {
  interface Window {
    measureOurs: (spans: number, frames: number) => Promise<Sample>;
    measureBare: (spans: number, frames: number) => Promise<Sample>;
  }
}

window.measureOurs = async (spans, count) => {
  window.testHost.prepare(`large ${spans}`);
  const firstRow = await window.testHost.showPrepared();
  const tree = document.querySelector('#tree')!;
  return {
    firstRow,
    frames: await scrollFrames(count, (far) => (tree.scrollTop += far ? tree.scrollHeight / 7 : 180)),
  };
};

window.measureBare = async (spans, count) => {
  window.testHost.prepare(`large ${spans}`);
  const trace = window.testHost.prepared();
  const began = performance.now();
  const received = nextTrace();
  window.postMessage({ bare: trace }, '*');
  const canvas = new ReferenceCanvas(await received);
  await nextFrame();
  const firstRow = performance.now() - began;
  return { firstRow, frames: await scrollFrames(count, (far) => canvas.scrollBy(far ? (spans * 22) / 7 : 180)) };
};

/** Mostly a few rows a frame, sometimes far. Both sides are measured from the first callback of a frame to its end. */
async function scrollFrames(count: number, scroll: (far: boolean) => void): Promise<number[]> {
  const frames: number[] = [];
  for (let i = 0; i < count; i++) {
    await nextFrame();
    const work = window.testHost.frameWork();
    scroll(i % 20 === 19);
    frames.push(await work);
  }
  return frames;
}

function nextTrace(): Promise<TraceView> {
  return new Promise((resolve) => {
    const listener = (event: MessageEvent<{ bare?: TraceView }>) => {
      if (event.data.bare === undefined) return;
      window.removeEventListener('message', listener);
      resolve(event.data.bare);
    };
    window.addEventListener('message', listener);
  });
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
