using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>How a call names its tenant.</summary>
internal static class Tenants
{
    /// <summary>The name of the parameter, of a URL or of a telephone carrier.</summary>
    public const string Parameter = "tenant";

    /// <summary>Reads a tenant's name; none is given where the text is missing. False: it is no name of a tenant.</summary>
    public static bool TryRead(string? text, out TenantId? tenant)
    {
        tenant = TenantId.Read(text);
        return text is null || tenant is not null;
    }
}
