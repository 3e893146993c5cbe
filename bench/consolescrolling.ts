import type { Browser } from '../test/explorer/browser.js';
import type { GatewayReady } from './asking.js';
import { addBig } from './costs.js';
import { fillIndex } from './fill.js';
import { quantile, serve } from './load.js';
import { report } from './report.js';

/** Pixels a frame, and frames: ten seconds of a wheel that turns without a stop. */
const step = 60;
const frames = 600;
const plannedTags = 10;

/** The list of a repository of 100,000 tags: how its frames come while it is scrolled, and how far a jump is. */
export async function benchScrolling(browser: Browser, folder: string): Promise<void> {
  const file = `${folder}/console-big.db`;
  await fillIndex(file, { repositories: 10_000 });
  await addBig(file);
  await using gateway = await serve<GatewayReady>('./gateway.js', file);
  const { page, requests, complaints } = await browser.open(`${gateway.ready.url}/r/big/big`, {
    headers: { 'x-access-token': gateway.ready.access },
  });
  await page.waitForSelector('.grid-tags .name');
  const bare = await measureFrames((script) => page.evaluate(script), 0);
  const scrolled = await measureFrames((script) => page.evaluate(script), step);
  report({
    case: 'a frame while 100,000 tags are scrolled, p95',
    value: quantile(scrolled.times, 0.95),
    unit: 'ms',
    target: ['<=', 17],
    ofPeer: quantile(bare.times, 0.95),
    unread: scrolled.unread,
  });
  await page.evaluate('document.getElementById("content").scrollTop = 0');
  const before = requests.length;
  const began = performance.now();
  await page.evaluate('document.getElementById("content").scrollTop = 44 * 50000');
  await page.waitForSelector('.grid-tags [aria-rowindex="50002"] .name');
  report({
    case: 'row 50,000 of 100,000 tags is there',
    value: performance.now() - began,
    unit: 'ms',
    target: ['<=', 300],
    requests: requests.slice(before).length,
  });
  if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join('; ')}`);
  await page.context().close();
}

/** Milliseconds of each frame, and the rows that were seen without a text, while the list moves so many pixels each. */
async function measureFrames(
  evaluate: (script: string) => Promise<unknown>,
  pixels: number,
): Promise<{ times: number[]; unread: number }> {
  return (await evaluate(`new Promise((resolve) => {
    const area = document.getElementById('content');
    const times = [];
    let unread = 0;
    let last = performance.now();
    const next = (now) => {
      times.push(now - last);
      last = now;
      area.scrollTop += ${pixels};
      const top = area.getBoundingClientRect();
      for (const bone of document.querySelectorAll('.cell-name .bone')) {
        const { y } = bone.getBoundingClientRect();
        if (y > top.top && y < top.bottom) unread++;
      }
      if (times.length < ${frames}) requestAnimationFrame(next);
      else resolve({ times: times.slice(1), unread });
    };
    requestAnimationFrame(next);
  })`)) as { times: number[]; unread: number };
}

/** From Del on ten chosen tags until their plan says what goes and what stays, on a page that stands still. */
export async function benchPlan(browser: Browser, gateway: GatewayReady, path: string): Promise<void> {
  const { page } = await browser.open(`${gateway.url}${path}`, { headers: { 'x-access-token': gateway.access } });
  await page.waitForSelector('.grid-tags .name');
  await page.focus('[role=grid]');
  await page.keyboard.press('Space');
  for (let more = 1; more < plannedTags; more++) await page.keyboard.press('Shift+ArrowDown');
  const began = performance.now();
  await page.keyboard.press('Delete');
  await page.waitForSelector('.plan-numbers[aria-busy=false]');
  const milliseconds = performance.now() - began;
  const going = await page.textContent('.plan-tagCount');
  if (!going?.includes(`${plannedTags}`)) throw new Error(`The plan is another one: ${going}.`);
  report({ case: 'a plan of ten tags on the page', value: milliseconds, unit: 'ms', target: ['<=', 1000] });
  await page.context().close();
}
