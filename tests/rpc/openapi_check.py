"""Holds recorded answers of the API against its description.

usage: openapi_check.py OPENAPI.json ANSWERS.jsonl

Each line of the recording is {"method", "path" (as the description writes it), "status", "media",
"body"}. Every answer must fit its schema, with no member that the schema does not name; every call
of the description must have been answered with success at least once, and so must every success
status it promises.
"""

import json
import sys

try:
    import jsonschema
except ImportError:
    print("not run: python3-jsonschema is not installed")
    sys.exit(77)


def make_strict(node):
    """Objects hold what they name and nothing else."""
    if isinstance(node, dict):
        if "properties" in node:
            node.setdefault("additionalProperties", False)
        for child in node.values():
            make_strict(child)
    elif isinstance(node, list):
        for child in node:
            make_strict(child)


def response_of(document, call, status):
    responses = call["responses"]
    response = responses.get(str(status), responses.get("default") if status >= 400 else None)
    if response and "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return response


def faults_of(document, answer):
    call = document["paths"].get(answer["path"], {}).get(answer["method"].lower())
    if call is None:
        return ["is not described"]
    response = response_of(document, call, answer["status"])
    if response is None:
        return ["has a status that is not described"]
    media = answer["media"].split(";")[0]
    if media not in response["content"]:
        return [f"has the media type {media}, which is not described"]
    schema = response["content"][media].get("schema")
    if schema is None or "json" not in media:
        return []
    schema = {**schema, "components": document["components"]}
    validator = jsonschema.Draft202012Validator(schema)
    return [f"{list(error.absolute_path)}: {error.message[:300]}"
            for error in validator.iter_errors(json.loads(answer["body"]))]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    if document.get("openapi") != "3.1.0":
        sys.exit("not OpenAPI 3.1.0")
    make_strict(document["paths"])
    make_strict(document["components"]["schemas"])
    with open(sys.argv[2], encoding="utf-8") as file:
        answers = [json.loads(line) for line in file]

    failed = False
    seen = set()
    for answer in answers:
        seen.add((answer["path"], answer["method"].lower(), str(answer["status"])))
        for fault in faults_of(document, answer):
            failed = True
            print(f"{answer['method']} {answer['path']} {answer['status']}: {fault}")
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            for status in call["responses"]:
                if status != "default" and (path, method, status) not in seen:
                    failed = True
                    print(f"{method.upper()} {path}: {status} was never answered")
    print(f"{len(answers)} answers held against {len(document['paths'])} paths")
    sys.exit(1 if failed or not answers else 0)


main()
