using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Ledger;

public class UsageTests
{
    [Fact]
    public void A_full_report_is_read_by_modality() =>
        Assert.Equal(
            new Usage.Tokens(TextIn: 100, AudioIn: 50, ImageIn: 9, CachedText: 40, CachedAudio: 20, CachedImage: 4, TextOut: 7,
            AudioOut: 30),
            Read("""
                {"total_tokens":196,"input_tokens":159,"output_tokens":37,"input_token_details":{"text_tokens":100,"audio_tokens":50,"image_tokens":9,"cached_tokens":64,
                 "cached_tokens_details":{"text_tokens":40,"audio_tokens":20,"image_tokens":4}},"output_token_details":{"text_tokens":7,"audio_tokens":30}}
                """));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"total_tokens":null,"input_tokens":null,"input_token_details":null,"output_token_details":null}""")]
    [InlineData("""{"type":"parsecs","amount":3}""")]
    public void What_says_nothing_we_know_is_no_usage_and_not_free(string json) =>
    Assert.Null(Read(json));

    [Theory]
    [InlineData("""{"total_tokens":0}""", 0, 0, 0, 0, 0, 0)]
    [InlineData("""{"input_tokens":10,"output_tokens":3}""", 10, 0, 0, 0, 3, 0)]
    [InlineData("""{"input_tokens":10,"input_token_details":{"audio_tokens":4}}""", 6, 4, 0, 0, 0, 0)]
    [InlineData("""{"input_tokens":10,"input_token_details":{"text_tokens":6,"audio_tokens":4,"cached_tokens":7}}""", 6, 4, 6, 1, 0, 0)]
    [InlineData("""{"input_tokens":10,"input_token_details":{"text_tokens":6,"audio_tokens":4,"cached_tokens":99}}""", 6, 4, 6, 4, 0, 0)]
    [InlineData("""{"input_token_details":{"text_tokens":5,"cached_tokens_details":{"text_tokens":8}}}""", 5, 0, 5, 0, 0, 0)]
    [InlineData("""{"output_tokens":9,"output_token_details":{"audio_tokens":9}}""", 0, 0, 0, 0, 0, 9)]
    [InlineData("""{"total_tokens":10,"input_tokens":10}""", 10, 0, 0, 0, 0, 0)]
    [InlineData("""{"total_tokens":9,"input_token_details":{"text_tokens":4,"audio_tokens":2},"output_tokens":3}""", 4, 2, 0, 0, 3, 0)]
    [InlineData("""{"input_tokens":3,"input_token_details":"none"}""", 3, 0, 0, 0, 0, 0)]
    public void What_is_missing_is_nothing_and_what_no_modality_claims_is_text(
    string json, long textIn, long audioIn, long cachedText, long cachedAudio, long textOut, long audioOut) =>
        Assert.Equal(new Usage.Tokens(textIn, audioIn, 0, cachedText, cachedAudio, 0, textOut, audioOut), Read(json));

    [Fact]
    public void Of_a_number_that_comes_twice_the_last_one_counts() =>
        Assert.Equal(new Usage.Tokens(3, 0, 0, 0, 0, 0, 0, 0), Read("""{"input_tokens":7,"input_tokens":3}"""));

    [Theory]
    [InlineData("""{"total_tokens":500}""", 500)]
    [InlineData("""{"total_tokens":500,"input_tokens":100}""", 500)]
    [InlineData("""{"total_tokens":500,"output_tokens":499,"input_token_details":{"cached_tokens":1}}""", 500)]
    [InlineData("""{"type":"tokens","total_tokens":1,"input_tokens":0,"output_tokens":0}""", 1)]
    public void Tokens_of_no_known_kind_have_no_price(string json, long total)
    {
        foreach (var unclaimed in new[] { Modality.Text, Modality.Audio })
        {
            var usage = Read(json, unclaimed);
            Assert.Equal(new Usage.Undivided(total), usage);
            Assert.Null(Shipped.Prices.Cost("gpt-realtime", usage));
        }
    }

    [Fact]
    public void For_ASR_what_no_modality_claims_is_audio() =>
        Assert.Equal(new Usage.Tokens(1, 9, 0, 0, 0, 0, 2, 0),
        Read("""{"type":"tokens","input_tokens":10,"output_tokens":2,"input_token_details":{"text_tokens":1}}""", Modality.Audio));

    [Fact]
    [Trait("Cookbook", "11")]
    public void A_duration_is_read_as_such() =>
    Assert.Equal(new Usage.Duration(3.25m), Read("""{"type":"duration","seconds":3.25}""", Modality.Audio));

    [Theory]
    [InlineData("""{"input_tokens":-1}""")]
    [InlineData("""{"input_tokens":1.5}""")]
    [InlineData("""{"input_tokens":"7"}""")]
    [InlineData("""{"input_tokens":99999999999}""")]
    [InlineData("""{"input_tokens":1e99}""")]
    [InlineData("""{"input_token_details":{"audio_tokens":true}}""")]
    [InlineData("""{"type":"duration","seconds":1e99}""")]
    [InlineData("""{"type":"duration","seconds":1e28}""")]
    [InlineData("""{"type":"duration","seconds":-1}""")]
    [InlineData("""{"type":"duration","seconds":"3"}""")]
    [InlineData("""{"type":"duration"}""")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[]")]
    public void What_makes_no_sense_is_no_usage(string json) => Assert.Null(Read(json));

    [Fact]
    public void No_usage_is_no_usage() => Assert.Null(Usage.Read(null, Modality.Text));

    private static Usage? Read(string json, Modality unclaimed = Modality.Text) => Usage.Read(RawJson.Parse(json), unclaimed);
}
