using System.Text.Json;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Tasks;

public class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "\"x\"", "7", "$ is a number; it must be string.")]
    [InlineData("""{"type":["string","null"]}""", "null", "true", "$ is a boolean; it must be string or null.")]
    [InlineData("""{"type":"integer"}""", "3.0", "3.5", "$ is a number; it must be integer.")]
    [InlineData("""{"type":"number","minimum":1,"maximum":2}""", "1.5", "2.1", "$ is 2.1; it must be at most 2.")]
    [InlineData("""{"minimum":1}""", "\"no number\"", "0", "$ is 0; it must be at least 1.")]
    [InlineData("""{"enum":["valid","missing"]}""", "\"valid\"", "\"fine\"", "$ is 'fine'; it must be 'valid' or 'missing'.")]
    [InlineData("""{"const":7}""", "7.0", "8", "$ is '8'; it must be '7'.")]
    [InlineData("""{"minLength":2,"maxLength":3}""", "\"äö\"", "\"a\"", "$ is 1 characters; it must be at least 2.")]
    [InlineData("""{"maxLength":1}""", "\"\ud83d\ude00\"", "\"ab\"", "$ is 2 characters; it must be at most 1.")]
    [InlineData("""{"pattern":"^[A-Z]{2}$"}""", "\"AB\"", "\"ABC\"", "$ is 'ABC'; it must match ^[A-Z]{2}$.")]
    [InlineData("""{"type":"object","required":["a"]}""", """{"a":null}""", "{}", "$.a is missing.")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", """{"a":""}""", """{"b":1}""",
    "$.'b' is not known.")]
    [InlineData("""{"properties":{"a":{"properties":{"b":{"type":"null"}}}}}""", """{"a":{"c":1}}""", """{"a":{"b":1}}""",
    "$.a.b is a number; it must be null.")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2}""", "[1]", "[1,\"2\"]",
    "$[1] is a string; it must be integer.")]
    [InlineData("""{"type":"array","maxItems":2}""", "[]", "[1,2,3]", "$ is 3 items; it must be at most 2.")]
    [InlineData("""{"type":"object","description":"x","title":"y"}""", """{"any":1}""", "[]", "$ is an array; it must be object.")]
    [InlineData("""{}""", "1", "{\"a\":1,\"a\":2}", "$ is no JSON: ")]
    [InlineData("""{}""", "1", "1 2", "$ is no JSON: ")]
    public void A_value_fits_or_the_first_fault_is_named_with_its_path(string schema, string good, string bad, string wrong)
    {
        Assert.Null(JsonSchema.Parse(schema).Read(good).Wrong);
        var (value, found) = JsonSchema.Parse(schema).Read(bad);
        Assert.Null(value);
        Assert.StartsWith(wrong, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"object","oneOf":[]}""", "$.oneOf is not supported")]
    [InlineData("""{"properties":{"a":{"items":{"format":"email"}}}}""", "$.properties.a.items.format is not supported")]
    [InlineData("""{"$ref":"#/x"}""", "$.$ref is not supported")]
    [InlineData("""{"type":"text"}""", "$.type must be one or more of string")]
    [InlineData("""{"type":[]}""", "$.type must be one or more of string")]
    [InlineData("""{"enum":[]}""", "$.enum must be an array with at least one value")]
    [InlineData("""{"required":[1]}""", "$.required must be an array of names")]
    [InlineData("""{"properties":[]}""", "$.properties must be an object of schemas")]
    [InlineData("""{"properties":{"a":7}}""", "$.properties.a must be an object.")]
    [InlineData("""{"items":[]}""", "$.items must be an object.")]
    [InlineData("""{"additionalProperties":{}}""", "$.additionalProperties must be true or false")]
    [InlineData("""{"pattern":"(?=a)b"}""", "$.pattern must be a regular expression without look-around")]
    [InlineData("""{"pattern":"("}""", "$.pattern must be a regular expression")]
    [InlineData("""{"minLength":1.5}""", "$.minLength must be a whole number")]
    [InlineData("""{"maximum":"9"}""", "$.maximum must be a number")]
    [InlineData("[]", "$ must be an object.")]
    [InlineData("{", "$ is no JSON: ")]
    public void A_schema_that_we_could_not_hold_an_answer_against_is_refused_with_its_path(string schema, string wrong) =>
        Assert.StartsWith(wrong, Assert.Throws<JsonException>(() => JsonSchema.Parse(schema)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_pattern_that_would_backtrack_for_ever_does_not()
    {
        // (a+)+$ takes 2^n steps on a backtracking engine; here it must return immediately, else this test never ends.
        Assert.NotNull(JsonSchema.Parse("""{"pattern":"^(a+)+$"}""").Read($"\"{new string('a', 5000)}!\"").Wrong);
    }

    [Fact]
    public void A_long_value_is_shortened_in_what_is_said_of_it() =>
        Assert.InRange(JsonSchema.Parse("""{"const":1}""").Read($"\"{new string('x', 10_000)}\"").Wrong!.Length, 60, 120);

    [Theory]
    [InlineData("summary")]
    [InlineData("validation")]
    public void The_shipped_schemas_can_be_read(string task) =>
    Assert.Equal("object", JsonSchema.Parse(File.ReadAllText(Repository.At("prompts", $"{task}.schema.json"))).Json.GetProperty("type")
    .GetString());
}
