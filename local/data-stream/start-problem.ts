/** Says in one line why an emulator cannot start. */
export class StartProblem extends Error {
  override name = "StartProblem";
}

/** A variable or setting is wrong: nothing was begun. */
export class SettingProblem extends StartProblem {
  override name = "SettingProblem";
}

/** A package is missing that only some options need, so that it is installed when somebody wants it. */
export class MissingPackage extends StartProblem {
  override name = "MissingPackage";

  constructor(wantedBy: string, name: string, toInstall = name) {
    super(`${wantedBy} needs the package ${name}: npm install --save-dev ${toInstall}`);
  }
}
