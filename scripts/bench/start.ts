import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const IMPORTS = 7;

/** Seconds of `npm start`, build included. */
export function timeStart(): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['start'], { stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) => {
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      if (code === 0) resolve(seconds);
      else reject(new Error(`npm start ended with ${code}`));
    });
  });
}

/** Median milliseconds to import the compiled entry in a fresh process, over an entry that registers nothing. */
export async function timeImport(): Promise<{ entry: number; empty: number }> {
  const measure = async (code: string) => {
    const times: number[] = [];
    for (let i = 0; i < IMPORTS; i += 1) {
      const script = `const t=performance.now();${code};process.stdout.write(String(performance.now()-t))`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
      times.push(Number(stdout.trim().split('\n').at(-1)));
    }
    return Math.round(times.toSorted((a, b) => a - b)[Math.floor(IMPORTS / 2)] ?? 0);
  };
  const entry = new URL('../../dist/functions/index.js', import.meta.url).href;
  const quiet = 'console.warn=()=>{};console.log=()=>{}';
  return {
    entry: await measure(`${quiet};await import(${JSON.stringify(entry)})`),
    empty: await measure(
      `${quiet};const {app}=await import('@azure/functions');app.http('x',{handler:async()=>({})})`,
    ),
  };
}
