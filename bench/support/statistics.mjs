// Computes medians, ratios of medians, and how far such a ratio can be trusted.

const resamples = 2_000;

export function median(values) {
  return quantile(values, 0.5);
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Interpolates linearly between the two nearest ranks, as R's type 7 and NumPy do by default. `part` is in
 * [0, 1].
 */
export function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (sorted.length - 1) * part;
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (rank - below);
}

/**
 * Returns median(ours) / median(theirs), where ours[i] and theirs[i] belong to the same round, and the
 * interval that contains 95 % of the ratios of rounds drawn again with replacement (percentile bootstrap).
 * The drawing is seeded, so equal measurements give equal intervals.
 */
export function ratioOfMedians(ours, theirs) {
  const random = createRandom();
  const ratios = Array.from({ length: resamples }, () => {
    const drawn = ours.map(() => Math.floor(random() * ours.length));
    return median(drawn.map((at) => ours[at])) / median(drawn.map((at) => theirs[at]));
  });
  return {
    ratio: median(ours) / median(theirs),
    low: quantile(ratios, 0.025),
    high: quantile(ratios, 0.975),
  };
}

/**
 * Implements a linear congruential generator ("Numerical Recipes", 3rd edition, §7.1), which is uniform and
 * repeatable.
 */
function createRandom() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
