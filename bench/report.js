import { readFileSync } from 'node:fs';

/** Times since now, in seconds, printed as one JSON line when the work ends. */
export function report() {
  const began = performance.now();
  const cpu = process.cpuUsage();
  let first = Number.NaN;
  return {
    /** Counts once. */
    first: () => {
      if (Number.isNaN(first)) first = (performance.now() - began) / 1000;
    },
    end() {
      const { user, system } = process.cpuUsage(cpu);
      console.log(
        JSON.stringify({
          first,
          total: (performance.now() - began) / 1000,
          cpu: (user + system) / 1e6,
          // resourceUsage().maxRSS would begin with the peak of the process that forked this one.
          rss: Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]),
        }),
      );
    },
  };
}
