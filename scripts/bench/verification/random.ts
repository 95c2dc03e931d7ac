/** Random numbers that a seed decides, so a figure can be repeated. */
export interface Random {
  /** Uniform in 0 to 1, without 0. */
  uniform(): number;
  normal(): number;
  /** Mean 1 and this coefficient of variation; a gamma variable. */
  around(variation: number): number;
  poisson(mean: number): number;
}

/** Values of one distribution that are drawn once and then picked from: as good for figures of 0.1 %, and fast. */
const POOL = 2 ** 16;

/** Small fast counter generator (sfc32 of Chris Doty-Humphrey's PractRand) with the variables made from it. */
export function randomOf(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9, 0x243f6a88, 1];
  const uniform = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return ((t >>> 0) + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 20; i++) uniform();
  const drawNormal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * uniform() ** (1 / shape);
    // Marsaglia and Tsang 2000.
    const d = shape - 1 / 3;
    const scale = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = drawNormal();
      const v = (1 + scale * x) ** 3;
      if (v > 0 && Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  const pooled = (draw: () => number): (() => number) => {
    const pool = Float64Array.from({ length: POOL }, draw);
    return () => pool[Math.floor(uniform() * POOL)] as number;
  };
  const normal = pooled(drawNormal);
  const poisson = (mean: number): number => {
    // From here on the normal variable is as good and much faster.
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > limit; product *= uniform()) count++;
    return count;
  };
  const pools = new Map<number, () => number>();
  const around = (variation: number): number => {
    if (variation === 0) return 1;
    let pool = pools.get(variation);
    if (pool === undefined) {
      pool = pooled(() => gamma(1 / variation ** 2) * variation ** 2);
      pools.set(variation, pool);
    }
    return pool();
  };
  return { uniform, normal, around, poisson };
}
