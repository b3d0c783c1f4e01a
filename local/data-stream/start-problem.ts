/** Says in one line why an emulator cannot start. */
export class StartProblem extends Error {
  override name = "StartProblem";
}
