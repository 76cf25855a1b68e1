"""The kept template, read as CloudFormation reads it: no CDK here."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from infra.functions import FUNCTIONS, LAYER_ASSET, function_asset
from infra.snapshot import digest_path, template_path
from infra.sources import sources_digest
from picturebook.adapters.sqs_message_visibility import MOST_HIDDEN_SECONDS
from picturebook.catalogue import REPLACE_WITHIN
from picturebook.settings import ModelSettings
from picturebook.use_cases.override_circuit import LONGEST_OVERRIDE

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE: dict[str, Any] = json.loads(template_path(ROOT).read_text())

EVERY_FUNCTION = {
    "PICTUREBOOK_BUCKET",
    "PICTUREBOOK_LEDGER_TABLE",
    "PICTUREBOOK_CIRCUIT_TABLE",
    "PICTUREBOOK_EVENT_BUS",
    "PICTUREBOOK_CHARACTER_QUEUE_URL",
    "PICTUREBOOK_PAGE_QUEUE_URL",
    "PICTUREBOOK_REFUSED_QUEUE_URL",
    "PICTUREBOOK_DEFAULT_MODEL",
    "PICTUREBOOK_IMAGE_API_URL",
    "PICTUREBOOK_REPLACE_RETIRING_DAYS",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_LOG_LEVEL",
}
QUEUE_FUNCTION = EVERY_FUNCTION | {"PICTUREBOOK_FRESH_AFTER_RECEIVES"}
CHECKING = EVERY_FUNCTION | {"PICTUREBOOK_API_KEY_SECRET"}
PLANNING = QUEUE_FUNCTION | {"PICTUREBOOK_API_KEY_SECRET", "PICTUREBOOK_CHAT_MODEL", "PICTUREBOOK_MODERATION"}
DRAWING = PLANNING | {"PICTUREBOOK_IMAGE_MODERATION", "PICTUREBOOK_IMAGES_PER_MINUTE", "PICTUREBOOK_HOLD_FOR_HOURS"}
RECONCILING = EVERY_FUNCTION | {
    "PICTUREBOOK_CHARACTER_MAPPING",
    "PICTUREBOOK_PAGE_MAPPING",
    "PICTUREBOOK_IMAGE_CONCURRENCY",
}
# Each of these reads a queue; events and a schedule invoke the others.
ON_QUEUES = ("plan_story", "draw_character", "draw_page", "control_story")

QUEUE_NAMES = {
    "picturebook-story",
    "picturebook-character",
    "picturebook-page",
    "picturebook-story-dead",
    "picturebook-character-dead",
    "picturebook-page-dead",
    "picturebook-control",
    "picturebook-control-dead",
    "picturebook-refused",
    "picturebook-reconcile-mappings-dead",
    "picturebook-sweep-stories-dead",
    "picturebook-check-models-dead",
}
OUTPUTS = {
    "BucketName",
    "EventBusName",
    "StoryQueueUrl",
    "CharacterQueueUrl",
    "PageQueueUrl",
    "ControlQueueUrl",
    "RefusedQueueUrl",
    "LedgerTableName",
    "CircuitTableName",
    "ApiKeySecretArn",
}
# The emulator waits for resources of these types for ever, and refuses a whole template for one of the others.
HANGING_IN_THE_EMULATOR = ("Custom::", "AWS::CloudFormation::CustomResource")
REFUSED_BY_THE_EMULATOR = {"AWS::Events::Archive", "AWS::CloudWatch::CompositeAlarm", "AWS::Events::EventBusPolicy"}

DAY = 24 * 3600


def named_in(value: Any, *, stack_name: str) -> Any:
    """Replace the stack's name in a template's value, alone or at the beginning of a longer name."""
    match value:
        case {"Ref": "AWS::StackName"}:
            return stack_name
        case {"Fn::Join": ["", [*parts]]} if {"Ref": "AWS::StackName"} in parts:
            return "".join(named_in(part, stack_name=stack_name) for part in parts)
        case dict():
            return {key: named_in(part, stack_name=stack_name) for key, part in value.items()}
        case list():
            return [named_in(part, stack_name=stack_name) for part in value]
    return value


def resources(kind: str, *, stack_name: str = "picturebook") -> dict[str, dict[str, Any]]:
    """Properties by logical id, as they are in a stack of this name."""
    found = {key: value for key, value in TEMPLATE["Resources"].items() if value["Type"] == kind}
    return {key: named_in(value.get("Properties", {}), stack_name=stack_name) for key, value in found.items()}


FUNCTION_RESOURCES = resources("AWS::Lambda::Function")
QUEUES = resources("AWS::SQS::Queue")
MAPPINGS = resources("AWS::Lambda::EventSourceMapping")
RULES = list(resources("AWS::Events::Rule").values())


def functions_by_name() -> dict[str, dict[str, Any]]:
    return {
        properties["FunctionName"].removeprefix("picturebook-").replace("-", "_"): properties
        for properties in FUNCTION_RESOURCES.values()
    }


def mapped() -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each mapping with its queue and its function."""
    return [
        (
            mapping,
            QUEUES[mapping["EventSourceArn"]["Fn::GetAtt"][0]],
            FUNCTION_RESOURCES[mapping["FunctionName"]["Ref"]],
        )
        for mapping in MAPPINGS.values()
    ]


def statements(kind: str = "AWS::IAM::Policy") -> list[dict[str, Any]]:
    return [statement for policy in resources(kind).values() for statement in policy["PolicyDocument"]["Statement"]]


def statements_of(function: dict[str, Any]) -> list[dict[str, Any]]:
    """The permissions of the function's role."""
    role = function["Role"]["Fn::GetAtt"][0]
    policies = [policy for policy in resources("AWS::IAM::Policy").values() if {"Ref": role} in policy["Roles"]]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_kept_template_was_made_from_the_present_sources() -> None:
    assert digest_path(ROOT).read_text().strip() == sources_digest(ROOT), "the template is stale: run `make synth`"


def test_every_function_folder_has_its_function_and_no_other() -> None:
    assert set(functions_by_name()) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_its_handler_from_an_asset_of_its_name(name: str) -> None:
    function = functions_by_name()[name]
    assert function["Handler"] == "handler.lambda_handler"
    assert function["Code"] == {"S3Bucket": "picturebook-assets", "S3Key": function_asset(name)}
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])


def test_the_layer_runs_from_the_asset_of_its_name() -> None:
    (layer,) = resources("AWS::Lambda::LayerVersion").values()
    assert layer["Content"] == {"S3Bucket": "picturebook-assets", "S3Key": LAYER_ASSET}


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("plan_story", PLANNING),
        ("control_story", QUEUE_FUNCTION),
        ("draw_character", DRAWING),
        ("reconcile_mappings", RECONCILING),
        ("sweep_stories", EVERY_FUNCTION),
        ("check_models", CHECKING),
    ],
)
def test_a_function_gets_exactly_these_variables(name: str, variables: set[str]) -> None:
    assert set(functions_by_name()[name]["Environment"]["Variables"]) == variables


def test_both_drawing_functions_get_the_same_environment() -> None:
    functions = functions_by_name()
    assert functions["draw_character"]["Environment"] == functions["draw_page"]["Environment"]


def test_each_function_has_a_role_and_a_log_group_of_its_own() -> None:
    roles = {function["Role"]["Fn::GetAtt"][0] for function in FUNCTION_RESOURCES.values()}
    log_groups = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in FUNCTION_RESOURCES.values()}
    assert len(roles) == len(log_groups) == len(FUNCTIONS)
    assert all(group["RetentionInDays"] >= 90 for group in resources("AWS::Logs::LogGroup").values())
    assert not any("ManagedPolicyArns" in role for role in resources("AWS::IAM::Role").values())


# Reads for which AWS offers no narrower resource.
WITHOUT_RESOURCE = ("cloudwatch:GetMetricData",)


def test_no_role_may_do_anything_to_everything() -> None:
    for statement in statements():
        assert not [action for action in listed(statement["Action"]) if "*" in action], statement
        if statement["Action"] not in WITHOUT_RESOURCE:
            assert "*" not in listed(statement["Resource"]), statement


def test_only_object_keys_below_a_prefix_end_in_a_wildcard() -> None:
    named = [statement for statement in statements() if statement["Action"] not in WITHOUT_RESOURCE]
    text = json.dumps([statement["Resource"] for statement in named])
    assert set(re.findall(r'"([^"]*\*[^"]*)"', text)) == {"/stories/*", "/books/*", "/images/*"}


def test_a_missing_object_is_seen_as_missing() -> None:
    """S3 says 403 instead of 404 unless ListBucket holds for a request that carries no prefix."""
    listing = [statement for statement in statements() if "s3:ListBucket" in listed(statement["Action"])]
    assert len(listing) == len({*ON_QUEUES, "sweep_stories"})
    assert all(list(statement["Condition"]) == ["StringLikeIfExists"] for statement in listing)


def test_commands_may_change_books_and_queues_and_neither_pictures_nor_circuits() -> None:
    [policy] = (p for key, p in resources("AWS::IAM::Policy").items() if "ControlStory" in key)
    text = json.dumps(policy)
    assert "/books/*" in text
    assert not [forbidden for forbidden in ("/images/*", "/stories/*", "secretsmanager") if forbidden in text]
    writers = [s for s in policy["PolicyDocument"]["Statement"] if "dynamodb:UpdateItem" in listed(s["Action"])]
    assert len(writers) == 1
    assert "Ledger" in json.dumps(writers[0]["Resource"])
    assert "Circuit" not in text


def test_only_the_functions_that_call_the_image_service_may_read_the_key() -> None:
    readers = {
        name
        for name, function in functions_by_name().items()
        for statement in statements_of(function)
        if "secretsmanager:GetSecretValue" in listed(statement["Action"])
    }
    assert readers == {"plan_story", "draw_character", "draw_page", "check_models"}


def test_the_queues_have_the_names_that_users_rely_on() -> None:
    assert {queue["QueueName"] for queue in QUEUES.values()} == QUEUE_NAMES


def test_the_bus_of_the_default_stage_is_the_one_that_subscribers_rely_on() -> None:
    [bus] = resources("AWS::Events::EventBus").values()
    assert bus["Name"] == "picturebook"


NAMES = (
    "QueueName",
    "FunctionName",
    "LogGroupName",
    "LayerName",
    "TableName",
    "BucketName",
    "RoleName",
    "AlarmName",
    "Name",
)


def chosen_names(*, stack_name: str) -> set[tuple[str, str]]:
    """The physical names that the template gives, with the type of their resource; a reference is no name."""
    return {
        (kind, properties[name])
        for kind in {resource["Type"] for resource in TEMPLATE["Resources"].values()}
        for properties in resources(kind, stack_name=stack_name).values()
        for name in NAMES
        if isinstance(properties.get(name), str)
    }


def test_two_stages_share_no_name() -> None:
    default, dev = chosen_names(stack_name="picturebook"), chosen_names(stack_name="picturebook-dev")
    assert len(default) == len(dev) == len(QUEUES) + 2 * len(FUNCTIONS) + len(["bus", "layer"])
    assert all(re.match(r"(/aws/lambda/)?picturebook-dev(-|$)", name) for _, name in dev)
    assert not default & dev


def test_what_outlives_the_stack_is_named_by_cloudformation_so_that_it_can_be_deployed_again() -> None:
    outliving = [resource for resource in TEMPLATE["Resources"].values() if "DeletionPolicy" in resource]
    outliving = [resource for resource in outliving if resource["DeletionPolicy"] != "Delete"]
    assert len(outliving) == 3
    assert not any({"TableName", "BucketName"} & set(resource["Properties"]) for resource in outliving)


def test_the_stages_of_one_account_write_and_watch_metrics_of_their_own() -> None:
    functions = resources("AWS::Lambda::Function", stack_name="picturebook-dev").values()
    assert {f["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for f in functions} == {"picturebook-dev"}
    alarms = [
        a
        for a in resources("AWS::CloudWatch::Alarm", stack_name="picturebook-dev").values()
        if a["Namespace"] == "Picturebook"
    ]
    assert alarms
    assert all(alarm["Dimensions"] == [{"Name": "service", "Value": "picturebook-dev"}] for alarm in alarms)


def test_every_queue_is_encrypted_and_refuses_plain_http() -> None:
    guarded = {
        queue["Ref"]
        for policy in resources("AWS::SQS::QueuePolicy").values()
        for queue in policy["Queues"]
        if any(
            statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for statement in policy["PolicyDocument"]["Statement"]
        )
    }
    assert guarded == set(QUEUES)
    assert all(queue["SqsManagedSseEnabled"] is True for queue in QUEUES.values())


def test_visibility_is_six_times_the_functions_timeout() -> None:
    for _, queue, function in mapped():
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_all_receives_of_a_message_fit_into_half_of_its_retention() -> None:
    for _, queue, _ in mapped():
        receiving = queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"]
        assert receiving < queue["MessageRetentionPeriod"] / 2


def test_dead_letters_are_kept_longer_than_their_queue_keeps_messages() -> None:
    for _, queue, _ in mapped():
        dead = QUEUES[queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]
        assert dead["QueueName"] == f"{queue['QueueName']}-dead"
        assert (queue["MessageRetentionPeriod"], dead["MessageRetentionPeriod"]) == (7 * DAY, 14 * DAY)


def test_waiting_alone_never_dead_letters_a_message() -> None:
    """Each redelivery counts as a receive; after so many a message is sent afresh, long before it expires."""
    for _, queue, function in mapped():
        fresh_after = int(function["Environment"]["Variables"]["PICTUREBOOK_FRESH_AFTER_RECEIVES"])
        assert fresh_after <= queue["RedrivePolicy"]["maxReceiveCount"] / 2
        longest_wait = MOST_HIDDEN_SECONDS + function["Timeout"]
        assert fresh_after * longest_wait + queue["VisibilityTimeout"] < queue["MessageRetentionPeriod"]


def test_a_function_may_send_its_own_messages_afresh() -> None:
    for _, queue, function in mapped():
        sent_to = [
            QUEUES[resource["Fn::GetAtt"][0]]["QueueName"]
            for statement in statements_of(function)
            if listed(statement["Action"]) == ["sqs:SendMessage"]
            for resource in listed(statement["Resource"])
        ]
        assert queue["QueueName"] in sent_to


def test_every_function_on_a_queue_reports_partial_failures() -> None:
    names = {function["FunctionName"] for _, _, function in mapped()}
    assert names == {f"picturebook-{name.replace('_', '-')}" for name in ON_QUEUES}
    assert all(mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for mapping in MAPPINGS.values())


def test_one_crash_leaves_one_picture_in_doubt() -> None:
    sizes = {function["FunctionName"]: mapping["BatchSize"] for mapping, _, function in mapped()}
    assert sizes == {
        "picturebook-plan-story": 1,
        "picturebook-draw-character": 1,
        "picturebook-draw-page": 1,
        "picturebook-control-story": 1,
    }


def test_concurrency_is_a_literal_because_a_parameter_stops_the_emulators_mappings() -> None:
    for mapping in MAPPINGS.values():
        assert isinstance(mapping["ScalingConfig"]["MaximumConcurrency"], int)


def test_nothing_in_the_template_is_refused_by_the_emulator() -> None:
    types = {resource["Type"] for resource in TEMPLATE["Resources"].values()}
    assert not [kind for kind in types if kind.startswith(HANGING_IN_THE_EMULATOR)]
    assert not types & REFUSED_BY_THE_EMULATOR


def test_an_uploaded_story_becomes_a_message_and_nothing_else_does() -> None:
    (rule,) = [rule for rule in RULES if "aws.s3" in rule.get("EventPattern", {}).get("source", [])]
    assert rule["EventPattern"]["detail"]["object"] == {"key": [{"wildcard": "stories/*.json"}]}
    assert "EventBusName" not in rule  # S3 sends to the default bus alone
    (target,) = rule["Targets"]
    assert QUEUES[target["Arn"]["Fn::GetAtt"][0]]["QueueName"] == "picturebook-story"
    assert QUEUES[target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]]["QueueName"] == "picturebook-story-dead"


def test_the_bucket_is_private_encrypted_and_versioned() -> None:
    (bucket,) = resources("AWS::S3::Bucket").values()
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "BucketEncryption" in bucket
    assert bucket["LifecycleConfiguration"]["Rules"][0]["AbortIncompleteMultipartUpload"]


@pytest.mark.parametrize(("kind", "count"), [("AWS::S3::Bucket", 1), ("AWS::DynamoDB::Table", 2)])
def test_tables_and_bucket_outlive_their_stack_but_not_a_failed_creation(kind: str, count: int) -> None:
    found = [resource for resource in TEMPLATE["Resources"].values() if resource["Type"] == kind]
    assert [resource["DeletionPolicy"] for resource in found] == ["RetainExceptOnCreate"] * count
    assert [resource["UpdateReplacePolicy"] for resource in found] == ["Retain"] * count


def test_the_tables_can_be_restored_and_only_the_ledger_expires_items() -> None:
    tables = resources("AWS::DynamoDB::Table")
    ledger, circuit = (
        tables[TEMPLATE["Outputs"][f"{name}TableName"]["Value"]["Ref"]] for name in ("Ledger", "Circuit")
    )
    assert all(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] for table in (ledger, circuit))
    assert ledger["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "TimeToLiveSpecification" not in circuit


def test_every_queue_that_no_function_reads_has_an_alarm() -> None:
    watched = {
        QUEUES[dimension["Value"]["Fn::GetAtt"][0]]["QueueName"]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "QueueName"
    }
    assert watched == {name for name in QUEUE_NAMES if name.endswith(("-dead", "-refused"))}


def test_outputs_and_parameters_have_the_names_that_deployments_rely_on() -> None:
    assert set(TEMPLATE["Outputs"]) == OUTPUTS
    assert all(described["Description"] for described in (TEMPLATE["Outputs"] | TEMPLATE["Parameters"]).values())
    defaults = {name: parameter["Default"] for name, parameter in TEMPLATE["Parameters"].items()}
    assert defaults == {
        "ImageApiUrl": "https://api.openai.com/v1",
        "DefaultModel": "gpt-image-2",
        "ReplaceRetiringDays": str(REPLACE_WITHIN.days),
        "ImageModeration": "auto",
        "ChatModel": "gpt-5.4-mini",
        "Moderation": "mark",
        "ImagesPerMinute": "0",
        "HoldForHours": "72",
    }


def test_no_asset_hash_no_account_and_no_path_of_a_machine_is_in_the_template() -> None:
    text = template_path(ROOT).read_text()
    assert not re.search(r"[0-9a-f]{64}|\b\d{12}\b|/home/|/root/|CDKMetadata|BootstrapVersion", text)


def test_resources_that_the_emulator_refuses_are_in_a_stack_of_their_own() -> None:
    cloud = json.loads(template_path(ROOT, "picturebook-cloud").read_text())
    (archive,) = cloud["Resources"].values()
    assert archive["Type"] == "AWS::Events::Archive"
    assert archive["Properties"]["EventPattern"] == {"source": ["picturebook"]}


def test_statements_of_one_role_do_not_repeat_each_other() -> None:
    for policy in resources("AWS::IAM::Policy").values():
        ordered = sorted(json.dumps(statement, sort_keys=True) for statement in policy["PolicyDocument"]["Statement"])
        assert all(first != second for first, second in pairwise(ordered))


def test_the_mappings_are_reconciled_at_every_circuit_event_and_every_minute() -> None:
    reconciler = next(
        key for key, value in FUNCTION_RESOURCES.items() if value["FunctionName"] == "picturebook-reconcile-mappings"
    )
    starts = [rule for rule in RULES if rule["Targets"][0]["Arn"] == {"Fn::GetAtt": [reconciler, "Arn"]}]
    assert [rule["ScheduleExpression"] for rule in starts if "EventBusName" not in rule] == ["rate(1 minute)"]
    (on_events,) = [rule for rule in starts if "EventBusName" in rule]
    assert on_events["EventPattern"] == {
        "source": ["picturebook"],
        "detail-type": ["CircuitOpened", "CircuitHalfOpened", "CircuitClosed"],
    }


def test_the_reconciler_may_set_the_image_queues_mappings_and_change_nothing_else() -> None:
    reconciler = functions_by_name()["reconcile_mappings"]
    may = {action: statement for statement in statements_of(reconciler) for action in listed(statement["Action"])}
    changing = {action for action in may if re.search("Put|Update|Delete|Create|Send", action)}
    assert changing == {
        "lambda:UpdateEventSourceMapping",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:SendMessage",
    }
    image_mappings = {
        key
        for key, mapping in MAPPINGS.items()
        if "-draw-" in FUNCTION_RESOURCES[mapping["FunctionName"]["Ref"]]["FunctionName"]
    }
    named = json.dumps(may["lambda:UpdateEventSourceMapping"]["Resource"])
    assert {key for key in MAPPINGS if key in named} == image_mappings
    variables = reconciler["Environment"]["Variables"]
    assert {variables[f"PICTUREBOOK_{what}_MAPPING"]["Ref"] for what in ("CHARACTER", "PAGE")} == image_mappings


def test_the_reconciler_restores_the_concurrency_that_the_mappings_were_deployed_with() -> None:
    configured = functions_by_name()["reconcile_mappings"]["Environment"]["Variables"]["PICTUREBOOK_IMAGE_CONCURRENCY"]
    drawing = [mapping for mapping, _, function in mapped() if "draw" in function["FunctionName"]]
    assert [mapping["ScalingConfig"]["MaximumConcurrency"] for mapping in drawing] == [int(configured)] * 2


def test_the_sweep_runs_every_five_minutes_and_may_query_the_index_of_unfinished_work() -> None:
    sweeper = next(key for key, value in FUNCTION_RESOURCES.items() if "sweep" in value["FunctionName"])
    starts = [rule for rule in RULES if rule["Targets"][0]["Arn"] == {"Fn::GetAtt": [sweeper, "Arn"]}]
    assert [rule["ScheduleExpression"] for rule in starts] == ["rate(5 minutes)"]
    asked = {
        json.dumps(statement["Resource"])
        for statement in statements_of(functions_by_name()["sweep_stories"])
        if "dynamodb:Query" in listed(statement["Action"])
    }
    assert any("/index/unfinished" in resource for resource in asked)


def test_a_failed_invocation_is_not_retried_and_its_event_is_kept() -> None:
    configs = list(resources("AWS::Lambda::EventInvokeConfig").values())
    assert [config["MaximumRetryAttempts"] for config in configs] == [0, 0, 0]
    kept = [QUEUES[config["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]] for config in configs]
    names = {queue["QueueName"] for queue in kept}
    assert names == {
        "picturebook-reconcile-mappings-dead",
        "picturebook-sweep-stories-dead",
        "picturebook-check-models-dead",
    }


@pytest.mark.parametrize("metric", ["CircuitsHeldForAPerson", "ModelsAtRisk"])
def test_a_refused_key_a_spent_quota_and_a_retiring_model_call_an_operator(metric: str) -> None:
    (alarm,) = [a for a in resources("AWS::CloudWatch::Alarm").values() if a.get("MetricName") == metric]
    assert (alarm["Namespace"], alarm["Threshold"]) == ("Picturebook", 0)
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    # As functions/reconcile_mappings/handler.py and functions/check_models/handler.py write it.
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "picturebook"}]


def test_models_are_checked_every_day_by_a_function_that_may_only_read_the_key_and_publish() -> None:
    checker = next(key for key, value in FUNCTION_RESOURCES.items() if "check-models" in value["FunctionName"])
    starts = [rule for rule in RULES if rule["Targets"][0]["Arn"] == {"Fn::GetAtt": [checker, "Arn"]}]
    assert [rule["ScheduleExpression"] for rule in starts] == ["rate(1 day)"]
    allowed = {
        action
        for statement in statements_of(functions_by_name()["check_models"])
        for action in listed(statement["Action"])
    }
    assert allowed == {
        "secretsmanager:GetSecretValue",
        "events:PutEvents",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        # For the events of its own failed invocations.
        *("sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
    }


def test_the_default_number_of_days_is_the_one_that_stories_are_planned_with() -> None:
    assert ModelSettings(default_model="gpt-image-2").replace_within == REPLACE_WITHIN


def test_no_message_expires_while_an_operator_holds_a_circuit_open() -> None:
    """The image queues are paused meanwhile, so no message is sent afresh; it may have waited for hours before."""
    retention = min(queue["MessageRetentionPeriod"] for queue in QUEUES.values() if "-dead" not in queue["QueueName"])
    assert LONGEST_OVERRIDE.total_seconds() + MOST_HIDDEN_SECONDS < retention / 2
