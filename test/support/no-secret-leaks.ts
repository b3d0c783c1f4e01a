import { afterEach, expect } from "vitest";
import { secretsInUse, takeSpoken } from "./spoken.ts";

// Runs after every test of the suite: no output of the product may contain a secret in use.
afterEach(() => {
  for (const words of takeSpoken()) {
    for (const [name, secret] of Object.entries(secretsInUse)) {
      expect(words.includes(secret), `the secret "${name}" was said: ${words.slice(0, 200)}`).toBe(
        false,
      );
    }
  }
});
