//! The codes of AWS's errors.

use esc_core::provider::ErrorKind::{
    Denied, Internal, Invalid, NotFound, Throttled, Unauthenticated, Unavailable,
};

use super::denial::Denial;
use super::reason::{Reason, Service, TRY_AGAIN};

/// The reason for a code that is known.
pub(super) fn known(service: Service, code: &str, message: &str) -> Option<Reason> {
    let reason =
        |kind, cause: &str, advice: &str| Some(Reason::new(kind, cause).with_advice(advice));
    match code {
        // Who asks.
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => match service {
            Service::Sts => reason(
                Unauthenticated,
                "the token or the credentials have expired",
                "open the environment again; if it goes on, check the clock of the issuer of tokens and the lifetime that it gives them",
            ),
            _ => reason(
                Unauthenticated,
                "the credentials have expired",
                "open the environment again, so that `login` gets new ones",
            ),
        },
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "AuthFailure" => reason(
            Unauthenticated,
            "AWS does not know the access key or the session token",
            "check `accessKeyId`, and that temporary credentials come with their `sessionToken`; keys of one partition, such as China's, are unknown in another",
        ),
        "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignature" => reason(
            Unauthenticated,
            "AWS found no complete signature",
            "check the credentials in `login`: none of them may be empty or contain line breaks",
        ),
        "RequestTimeTooSkewed" => Some(skewed()),
        "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            if message.contains("Signature expired") || message.contains("not yet current") {
                return Some(skewed());
            }
            reason(
                Unauthenticated,
                "the signature is wrong",
                "check `secretAccessKey`: it does not belong to the access key",
            )
        }
        // Tokens of logins.
        "InvalidIdentityToken" | "InvalidIdentityTokenException" => reason(
            Unauthenticated,
            "AWS does not accept the token",
            "register the issuer as an OIDC identity provider in IAM, with the audience, and make its keys readable for AWS",
        ),
        "IDPRejectedClaim" | "IDPRejectedClaimException" => reason(
            Denied,
            "the issuer of tokens rejected the claim",
            "check that the token may still be used, and that the audience is registered with the OIDC identity provider in IAM",
        ),
        "IDPCommunicationError" | "IDPCommunicationErrorException" => reason(
            Unavailable,
            "AWS cannot reach the issuer of tokens",
            "make the issuer's discovery document and keys readable from the internet over https; then try again",
        ),
        "PackedPolicyTooLarge" | "PackedPolicyTooLargeException" => reason(
            Invalid,
            "the session policies and tags are too large together",
            "give fewer `policyArns`",
        ),
        "MalformedPolicyDocument" | "MalformedPolicyDocumentException" => {
            reason(Invalid, "a session policy is malformed", "check `policyArns`")
        }
        // What is asked.
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "NotAuthorized"
        | "UnauthorizedAccess" => Some(denied(service, message)),
        "OptInRequired" | "RegionDisabledException" | "SubscriptionRequiredException" => reason(
            Denied,
            "the account does not have this region or service",
            "enable the region for the account, or use another `region`",
        ),
        "ResourceNotFoundException" if message.contains("staging label") => reason(
            NotFound,
            "the secret has no version with this staging label",
            "check `versionStage`: AWSCURRENT, AWSPREVIOUS, or a label of your own",
        ),
        "ResourceNotFoundException" if message.contains("VersionId") => reason(
            NotFound,
            "the secret has no version with this id",
            "check `versionId`; old versions go once they have no staging label",
        ),
        "ResourceNotFoundException" => reason(
            NotFound,
            "there is no such secret",
            "check `secretId`, the region and the account of the login; a secret of another account is named by its whole ARN",
        ),
        "ParameterNotFound" => Some(no_parameter()),
        "ParameterVersionNotFound" => reason(
            NotFound,
            "the parameter has no such version or label",
            "check what follows the colon in `name`",
        ),
        "InvalidRequestException"
            if message.contains("marked for deletion")
                || message.contains("scheduled for deletion") =>
        {
            reason(
                NotFound,
                "the secret is marked for deletion",
                "restore it with `aws secretsmanager restore-secret`, or name another",
            )
        }
        "InvalidRequestException" => reason(
            Invalid,
            "Secrets Manager cannot do this with the secret as it is",
            "check that `versionId` and `versionStage` are of the same version, and that the secret has a value",
        ),
        "DecryptionFailure" | "DecryptionFailureException" => reason(
            Denied,
            "the KMS key of the secret cannot decrypt it",
            "check that the key is enabled, and that the login may `kms:Decrypt` with it",
        ),
        "InvalidKeyId" => reason(
            Invalid,
            "the KMS key of the parameter cannot be used",
            "check that the key exists, is enabled, and may be used by the login with `kms:Decrypt`",
        ),
        "ValidationError" if message.contains("DurationSeconds exceeds") => reason(
            Invalid,
            "the duration is longer than the role allows",
            "give a shorter `duration` (without one it is 2h; a new role allows 1h), or raise the role's maximum session duration; roles that are taken from a role allow 1h at most",
        ),
        "ValidationError"
        | "ValidationException"
        | "InvalidParameterException"
        | "InvalidParameterValue"
        | "InvalidParameterCombination"
        | "MalformedQueryString"
        | "InvalidFilterKey"
        | "InvalidFilterValue"
        | "InvalidNextTokenException" => Some(invalid(service)),
        // How AWS is.
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottledException"
        | "RequestThrottled"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "ProvisionedThroughputExceededException"
        | "TransactionInProgressException"
        | "SlowDown"
        | "PriorRequestNotComplete"
        | "EC2ThrottledException" => Some(throttled(service)),
        "InternalServiceError"
        | "InternalServiceErrorException"
        | "InternalServerError"
        | "InternalFailure"
        | "InternalError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "RequestTimeout"
        | "RequestTimeoutException" => Some(unavailable(service)),
        "UnknownOperationException" | "InvalidAction" => reason(
            Internal,
            "the endpoint does not know this request",
            "check the endpoint if you set one: it may be another service's",
        ),
        _ => None,
    }
}

/// The reason for an answer whose code tells nothing: its status must do.
pub(super) fn unknown(service: Service, code: Option<&str>, status: Option<u16>) -> Reason {
    let name = |code: &&str| code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let said = match (code.filter(|code| !code.is_empty()).filter(name), status) {
        (Some(code), _) => format!("{} answered {code}", service.name()),
        (None, Some(status)) => format!("{} answered with the status {status}", service.name()),
        (None, None) => format!("{} answered with an error", service.name()),
    };
    let kind = match status.unwrap_or(400) {
        401 => Unauthenticated,
        403 => Denied,
        404 => NotFound,
        429 => return throttled(service),
        500.. => return Reason::new(Unavailable, said).with_advice(TRY_AGAIN),
        _ => Invalid,
    };
    Reason::new(kind, said).with_advice("look the error up in the documentation of the service")
}

/// The reason for a parameter that AWS does not have.
pub(crate) fn no_parameter() -> Reason {
    Reason::new(NotFound, "there is no such parameter, version or label").with_advice(
        "check `name`, the region and the account of the login; names with a path begin with `/`, and a shared parameter is named by its whole ARN",
    )
}

fn skewed() -> Reason {
    Reason::new(Unauthenticated, "the signature is too old or too young")
        .with_advice("set this machine's clock: it is more than five minutes off")
}

fn denied(service: Service, message: &str) -> Reason {
    let denial = Denial::read(message);
    let advice = match service {
        Service::Sts => {
            "the trust policy of the role must allow who asks, and its account must have the role"
        }
        _ if denial.action.is_some_and(|action| action.starts_with("kms:"))
            || message.contains("Access to KMS is not allowed") =>
        {
            "allow the login `kms:Decrypt` with the key, in its policies and in the key's"
        }
        Service::SecretsManager => {
            "allow the login `secretsmanager:GetSecretValue` on the secret, and `kms:Decrypt` if it is under a key of your own; a secret that does not exist is refused alike to who may not see it"
        }
        Service::Ssm => {
            "allow the login `ssm:GetParameters` on the parameter (`ssm:GetParametersByPath` on the path), and `kms:Decrypt` if it is under a key of your own"
        }
    };
    Reason::new(Denied, denial.cause()).with_advice(advice)
}

fn invalid(service: Service) -> Reason {
    let advice = match service {
        Service::Sts => {
            "check `roleArn`, `sessionName` (letters, digits and `_+=,.@-` only, so no `/`), `duration` (15m to 12h, and no longer than the role allows) and `policyArns`"
        }
        Service::SecretsManager => {
            "check `secretId`, `versionId` (32 to 64 characters) and `versionStage`"
        }
        Service::Ssm => {
            "check `name`: letters, digits and `_.-`, with `/` between; a path begins with `/`"
        }
    };
    Reason::new(Invalid, format!("{} cannot make sense of the request", service.name()))
        .with_advice(advice)
}

fn throttled(service: Service) -> Reason {
    let advice = match service {
        Service::Ssm => {
            "open fewer environments at a time, cache what is opened, or turn on Parameter Store's higher throughput"
        }
        _ => "open fewer environments at a time, or cache what is opened",
    };
    let cause = format!("{} has had too many requests of this account", service.name());
    Reason::new(Throttled, cause).with_advice(advice)
}

fn unavailable(service: Service) -> Reason {
    Reason::new(Unavailable, format!("{} is in trouble", service.name())).with_advice(TRY_AGAIN)
}
