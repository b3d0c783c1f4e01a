/**
 * Events that a GitHub trigger may name, beside `*` for all (NAVER Cloud API guide, "Put Trigger",
 * https://api.ncloud-docs.com/docs/compute-cloudfunctions-v2-puttrigger, read 2026-11-30).
 */
export const githubEvents: readonly string[] = `
  branch_protection_rule check_run check_suite code_scanning_alert commit_comment create delete deploy_key deployment
  deployment_status discussion discussion_comment fork gollum issue_comment issues label member meta milestone package
  page_build project project_card project_column public pull_request pull_request_review pull_request_review_comment
  pull_request_review_thread push registry_package release repository repository_import
  repository_vulnerability_alert secret_scanning_alert secret_scanning_alert_location security_and_analysis star status
  team_add watch workflow_job workflow_run`
  .trim()
  .split(/\s+/);
