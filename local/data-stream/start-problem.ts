/** Why an emulator cannot start, in a line for the person who starts it. */
export class StartProblem extends Error {
  override name = "StartProblem";
}
