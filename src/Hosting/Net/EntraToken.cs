using Azure.Core;
using Azure.Identity;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Net;

/// <summary>
/// A token of Microsoft Entra ID for Azure OpenAI, of the identity that Azure.Identity finds: one that the environment names, that of the
/// workload or the machine, or that of a person who has logged in with Azure's tools.
/// </summary>
internal static class EntraToken
{
    /// <summary>What <c>session.key-command</c> says to use it.</summary>
    public const string Command = "azure-identity";

    private static readonly TokenRequestContext Request = new(["https://cognitiveservices.azure.com/.default"]);

    private static readonly DefaultAzureCredential Credential = new(); // keeps a token until shortly before it expires

    /// <summary>The token. Throws <see cref="ConnectionException"/> if there is no identity, or it gets none.</summary>
    public static async Task<string> GetAsync(CancellationToken cancellation)
    {
        try
        {
            return (await Credential.GetTokenAsync(Request, cancellation).ConfigureAwait(false)).Token;
        }
        catch (AuthenticationFailedException e)
        {
            var reason = e.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
            throw new ConnectionException(new ConnectionEnd.NoKey($"{Command} (session.key-command) has no token: {reason}"), e);
        }
    }
}
