using RealtimeAkka.Gateway.Telephone;

namespace RealtimeAkka.Pure.Tests.Gateway;

/// <summary>The examples of Twilio's documentation and of the tests of its libraries.</summary>
public class TwilioSignatureTests
{
    private const string Address = "https://mycompany.com/myapp.php?foo=1&bar=2";

    private static readonly TwilioSignature Key = new("12345");

    private static readonly KeyValuePair<string, string>[] Form =
    [
        new("Digits", "1234"), new("To", "+18005551212"), new("From", "+14158675309"), new("Caller", "+14158675309"),
        new("CallSid", "CA1234567890ABCDE"),
    ];

    [Fact]
    public void The_published_example_is_valid()
    {
        Assert.True(Key.IsValid([Address], Form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
        Assert.True(Key.IsValid(["http://other.example", Address], Form.Reverse(), "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
    }

    [Fact]
    public void A_repeated_value_counts_once() => Assert.True(Key.IsValid(
        [Address],
        [new("Sid", "CA123"), new("SidAccount", "AC123"), new("Digits", "5678"), new("Digits", "1234"), new("Digits", "1234")],
        "IK+Dwps556ElfBT0I3Rgjkr1wJU="));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("FAIL")]
    [InlineData("RSOYDt4T1cUTdK1PDd94/VVr8B8=")]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8=RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("invalid 王")]
    public void Another_signature_is_not(string? signature) => Assert.False(Key.IsValid([Address], Form, signature));

    [Fact]
    public void Another_address_another_form_or_another_key_is_not()
    {
        const string signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        Assert.False(Key.IsValid([Address + "&x=1"], Form, signature));
        Assert.False(Key.IsValid([Address], [.. Form, new("More", "1")], signature));
        Assert.False(new TwilioSignature("12346").IsValid([Address], Form, signature));
        Assert.DoesNotContain("12345", $"{Key}", StringComparison.Ordinal);
    }
}
