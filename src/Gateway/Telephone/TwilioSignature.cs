using System.Security.Cryptography;
using System.Text;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>
/// The signature of Twilio's requests: HMAC-SHA1 over the address that Twilio has asked for and the names and values of a form, in
/// base64.
/// </summary>
/// <param name="authToken">The auth token of the account.</param>
public sealed class TwilioSignature(string authToken)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(authToken);

    /// <summary>Whether this is the signature of a request to one of these addresses with this form; in constant time.</summary>
    public bool IsValid(IEnumerable<string> addresses, IEnumerable<KeyValuePair<string, string>> form, string? signature)
    {
        Span<byte> given = stackalloc byte[HMACSHA1.HashSizeInBytes + 1];
        if (signature is null || !Convert.TryFromBase64String(signature, given, out var length) || length != HMACSHA1.HashSizeInBytes)
            return false;
        // In the order of bytes, a repeated value once.
        var fields = string.Concat(form.Distinct().OrderBy(field => field.Key, StringComparer.Ordinal)
            .ThenBy(field => field.Value, StringComparer.Ordinal).Select(field => field.Key + field.Value));
        var isValid = false;
        foreach (var address in addresses)
        {
            var hash = HMACSHA1.HashData(_key, Encoding.UTF8.GetBytes(address + fields));
            isValid |= CryptographicOperations.FixedTimeEquals(hash, given[..length]);
        }
        return isValid;
    }

    /// <summary>Shows no secret.</summary>
    public override string ToString() => "signed";
}
