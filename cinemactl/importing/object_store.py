"""Files in S3 and in what speaks its protocol: fetched by a URL that is signed for an hour."""

from __future__ import annotations

from typing import cast

from cinemactl.errors import CinemactlError, UsageRefused

SECONDS = 3600
REGION = "us-east-1"


class S3NotInstalled(CinemactlError):
    """What signs requests to S3 is not installed."""

    code = "not-installed"

    def __init__(self) -> None:
        super().__init__(
            "botocore is not installed, and requests to S3 are signed with it.",
            "Install the extra: `pip install 'cinemactl[s3]'`.",
        )


class S3Refused(UsageRefused):
    """The account or the name of a file in S3 cannot be used."""

    code = "s3-refused"


def presigned(bucket: str, key: str = "") -> str:
    """Return the http(s) URL at which a file in S3 is fetched without further credentials.

    Credentials, region and endpoint are those of the AWS tools: AWS_ACCESS_KEY_ID and the like, AWS_PROFILE, AWS_REGION,
    AWS_ENDPOINT_URL_S3, ~/.aws. Without credentials the request is not signed, as a public bucket wants it. Raises
    S3NotInstalled, S3Refused.
    """
    if not bucket or not key:
        raise S3Refused("The address names no file in S3.", "Give it as s3://BUCKET/KEY.")
    try:
        from botocore import UNSIGNED  # noqa: PLC0415  (an extra)
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415
        from botocore.session import Session  # noqa: PLC0415
    except ImportError:
        raise S3NotInstalled from None
    try:
        session = Session()
        config = Config(signature_version="s3v4" if session.get_credentials() else UNSIGNED)
        region = session.get_config_variable("region") or REGION
        client = session.create_client("s3", region_name=region, config=config)
        asked = {"Bucket": bucket, "Key": key}
        return cast("str", client.generate_presigned_url("get_object", Params=asked, ExpiresIn=SECONDS))
    except (BotoCoreError, ValueError) as error:
        raise S3Refused(
            f"s3://{bucket[:80]} cannot be used: {str(error).rstrip('.')}.", "See AWS_PROFILE and ~/.aws."
        ) from error
