using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Http;

/// <summary>Errors as problem details (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>A status with what is wrong.</summary>
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <summary>The text is no id of a call.</summary>
    public static ProblemHttpResult NoId() =>
        Of(StatusCodes.Status400BadRequest, "the id of a call is s-YYYYMMDD-HHMMSS- and 16 hexadecimal digits");

    /// <summary>There is no such call.</summary>
    public static ProblemHttpResult NoCall() => Of(StatusCodes.Status404NotFound, "there is no such call");

    /// <summary>The text is no name of a tenant.</summary>
    public static ProblemHttpResult NoTenant() => Of(StatusCodes.Status400BadRequest, $"the name of a tenant is {TenantId.Form}");

    /// <summary>Another node does not answer.</summary>
    public static ProblemHttpResult Away(NodeAwayException e) => Of(StatusCodes.Status503ServiceUnavailable, e.Message);

    /// <summary>A call is not admitted.</summary>
    public static (string Reason, int RetryAfterSeconds) Say(CallRefusal refusal) => refusal switch
    {
        CallRefusal.Draining => ("the server is about to end and takes no new call", 30),
        CallRefusal.TooFast => ("too many calls start at once", 1),
        CallRefusal.TenantFull => ("the tenant has as many calls as it may have", 5),
        CallRefusal.TenantSpent => ("the tenant's budget is spent", 60),
        CallRefusal.TenantUnreachable => ("the tenant's limits cannot be checked now", 5),
        _ => ("all places for calls are taken", 5),
    };
}
