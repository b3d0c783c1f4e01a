import type { UnverifiableProvider } from "./recipe.ts";

/** Providers whose deliveries cannot be verified, in the order of their titles. */
export const unverifiable: readonly UnverifiableProvider[] = [];
