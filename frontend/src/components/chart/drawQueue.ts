/** Milliseconds of a frame that charts may use; the rest waits for the next frame, so that the page stays smooth. */
const BUDGET_MS = 10;

const waiting = new Map<object, () => void>();
let scheduled = false;

/** Draw in the next frame; a chart that asks again before it was drawn is drawn once, with its newest state. */
export function requestDraw(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(drawSome);
}

export function cancelDraw(owner: object): void {
  waiting.delete(owner);
}

function drawSome(): void {
  const start = performance.now();
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (performance.now() - start > BUDGET_MS) break;
  }
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(drawSome);
}
