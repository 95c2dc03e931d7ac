import fc from 'fast-check';

/**
 * Property tests draw the same cases on every run, so that a commit passes or fails for everybody alike.
 * `FAST_CHECK_SEED=random` (or a number) looks further; a failure prints the seed that repeats it.
 */
const asked = process.env['FAST_CHECK_SEED'] ?? '20261121';
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });
